/** Consent: what is governed, what the patients agreed to, and whether a request may have it. */
@NullMarked
package org.fhiranchor.interceptors.consent;

import org.jspecify.annotations.NullMarked;
