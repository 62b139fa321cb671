/** Databases of a benchmark's own. */
@NullMarked
package org.fhiranchor.bench.store;

import org.jspecify.annotations.NullMarked;
