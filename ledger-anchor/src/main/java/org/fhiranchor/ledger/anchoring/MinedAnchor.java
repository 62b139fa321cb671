package org.fhiranchor.ledger.anchoring;

import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.TransactionHash;

/** Which of an anchor's attempts is mined, and in which block. */
public record MinedAnchor(TransactionHash transaction, BlockRef block) {}
