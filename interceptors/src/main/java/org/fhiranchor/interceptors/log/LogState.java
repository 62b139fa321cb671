package org.fhiranchor.interceptors.log;

import java.util.Optional;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/**
 * Where the local log stands.
 *
 * @param anchoredSize the largest size known to be on the ledger, zero before the first anchor
 */
public record LogState(
    String origin,
    String verifierKey,
    TreeSize size,
    Digest root,
    TreeSize anchoredSize,
    Optional<Digest> anchoredRoot) {}
