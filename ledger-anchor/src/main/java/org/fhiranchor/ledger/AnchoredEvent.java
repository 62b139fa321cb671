package org.fhiranchor.ledger;

import org.fhiranchor.merkle.Digest;

/** The ledger's word that a head was anchored, and where. */
public record AnchoredEvent(TransactionHash transaction, BlockRef block, Digest root) {}
