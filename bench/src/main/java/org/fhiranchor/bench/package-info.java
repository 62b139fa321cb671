/** What the promises cost, measured: one run, one table, figure by figure against its limit. */
@NullMarked
package org.fhiranchor.bench;

import org.jspecify.annotations.NullMarked;
