/** Turns a FHIR R4 Consent into the compiled form that decisions are made on. */
@NullMarked
package org.fhiranchor.consent.compile;

import org.jspecify.annotations.NullMarked;
