/**
 * Turns a FHIR R4 Consent into the compiled form that decisions are made on. Decides nothing, and
 * asks neither a ledger nor a database.
 */
@NullMarked
package org.fhiranchor.consent.compile;

import org.jspecify.annotations.NullMarked;
