/**
 * What the promises cost, measured: one run, one table, figure by figure against its limit. What
 * must hold whatever it costs is for tests, not for here.
 */
@NullMarked
package org.fhiranchor.bench;

import org.jspecify.annotations.NullMarked;
