/**
 * The consent decision itself: plain values in, a plain answer out. No FHIR library, clock, thread,
 * I/O or SQL. The rules DEC-1 to DEC-8 are in {@code docs/spec/consent-decision.md}.
 */
@NullMarked
package org.fhiranchor.consent.decide;

import org.jspecify.annotations.NullMarked;
