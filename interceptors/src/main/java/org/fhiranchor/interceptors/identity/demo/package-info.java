/**
 * The issuer for trying out, on this machine only, and what makes its tokens. A server with an
 * issuer of its own uses nothing of it.
 */
@NullMarked
package org.fhiranchor.interceptors.identity.demo;

import org.jspecify.annotations.NullMarked;
