/**
 * Reads out of a FHIR R4 resource what the consent decision needs to know of it. No rule about who
 * may see a resource lives here.
 */
@NullMarked
package org.fhiranchor.consent.facts;

import org.jspecify.annotations.NullMarked;
