package org.fhiranchor.ledger;

import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/**
 * The ledger's word that a head was anchored, and where.
 *
 * @param previousSize the size of the head that it extended
 */
public record AnchoredEvent(
    TransactionHash transaction, BlockRef block, Digest root, TreeSize previousSize) {}
