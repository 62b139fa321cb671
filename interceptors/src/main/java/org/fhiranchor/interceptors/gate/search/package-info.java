/**
 * Searches under the gate: which are allowed, chains, narrowing, the prefilter, includes and page
 * links. Whether a hit may be seen is asked of the decision package.
 */
@NullMarked
package org.fhiranchor.interceptors.gate.search;

import org.jspecify.annotations.NullMarked;
