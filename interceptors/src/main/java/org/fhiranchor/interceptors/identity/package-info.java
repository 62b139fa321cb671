/**
 * Who is asking: bearer tokens, SMART scopes, and the refusals that follow from them
 * (docs/spec/consent.md section 4). Spring appears in the classes whose names start with {@code
 * Jwt} and nowhere else; the reason is in docs/decide/identity-spring-security.md.
 */
@NullMarked
package org.fhiranchor.interceptors.identity;

import org.jspecify.annotations.NullMarked;
