/**
 * Keeps the anchorer going, and tells operators how it fares. What an anchor is, and its way to
 * finality, belongs to ledger-anchor.
 */
@NullMarked
package org.fhiranchor.interceptors.log.anchoring;

import org.jspecify.annotations.NullMarked;
