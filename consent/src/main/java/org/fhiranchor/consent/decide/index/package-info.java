/**
 * The packed table of all consents that a decision looks patients up in. Memory layout and lookup
 * live here; no rule of consent does.
 */
@NullMarked
package org.fhiranchor.consent.decide.index;

import org.jspecify.annotations.NullMarked;
