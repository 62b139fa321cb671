/**
 * Who is asking, at the door: what a request needs, and the refusals that follow
 * (docs/spec/consent.md section 4). Tokens, scopes and the demo issuer have packages of their own
 * below.
 */
@NullMarked
package org.fhiranchor.interceptors.identity;

import org.jspecify.annotations.NullMarked;
