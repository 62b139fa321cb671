/** The FHIR operations by which patients grant, revoke and enrol keys (CG-2 to CG-4). */
@NullMarked
package org.fhiranchor.interceptors.consent.operations;

import org.jspecify.annotations.NullMarked;
