/** Reads out of a FHIR R4 resource what the consent decision needs to know of it. */
@NullMarked
package org.fhiranchor.consent.facts;

import org.jspecify.annotations.NullMarked;
