/**
 * The FHIR operations by which patients grant, revoke and enrol keys (CG-2 to CG-4). What the
 * ledger then says is followed in the package beside this one.
 */
@NullMarked
package org.fhiranchor.interceptors.consent.operations;

import org.jspecify.annotations.NullMarked;
