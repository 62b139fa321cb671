package org.fhiranchor.ledger;

import java.time.Instant;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/**
 * The latest anchored head of a log.
 *
 * @param blockNumber the block that anchored it
 * @param time that block's time
 */
public record LedgerHead(TreeSize size, Digest root, long blockNumber, Instant time) {}
