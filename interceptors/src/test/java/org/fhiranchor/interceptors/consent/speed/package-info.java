/** Measures the consent decision; run by hand, see {@code docs/spec/consent-decision.md}. */
@NullMarked
package org.fhiranchor.interceptors.consent.speed;

import org.jspecify.annotations.NullMarked;
