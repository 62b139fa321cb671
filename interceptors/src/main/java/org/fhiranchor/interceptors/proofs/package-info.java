/** Proof files and what answers for them over FHIR. */
@NullMarked
package org.fhiranchor.interceptors.proofs;

import org.jspecify.annotations.NullMarked;
