/** Keeps the anchorer going, and tells operators how it fares. */
@NullMarked
package org.fhiranchor.interceptors.anchoring;

import org.jspecify.annotations.NullMarked;
