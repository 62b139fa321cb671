/** Databases of a benchmark's own. What is measured on them stands one package above. */
@NullMarked
package org.fhiranchor.bench.store;

import org.jspecify.annotations.NullMarked;
