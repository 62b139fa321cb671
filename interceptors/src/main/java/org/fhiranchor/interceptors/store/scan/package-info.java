/**
 * The comparisons of {@code $verify-store} (EXP-6), as plain code over one connection: pages of
 * rows are read with few statements and hashed by all processors. Nothing here writes to the
 * database.
 */
@NullMarked
package org.fhiranchor.interceptors.store.scan;

import org.jspecify.annotations.NullMarked;
