/**
 * From a bearer token to a requester: decoding, checking, claims. Spring appears in the classes
 * whose names start with {@code Jwt} and nowhere else: docs/decide/identity-spring-security.md.
 */
@NullMarked
package org.fhiranchor.interceptors.identity.token;

import org.jspecify.annotations.NullMarked;
