/**
 * What H2 needs so that a killed process leaves whole transactions: docs/decide/h2-one-writer.md.
 * PostgreSQL needs nothing of it.
 */
@NullMarked
package org.fhiranchor.interceptors.store.h2;

import org.jspecify.annotations.NullMarked;
