/**
 * {@code $verify-store} (EXP-6): the whole store is read and held against the log and the ledger.
 * What is compared, and how, is in {@code store.scan}.
 */
@NullMarked
package org.fhiranchor.interceptors.scan;

import org.jspecify.annotations.NullMarked;
