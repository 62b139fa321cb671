package org.fhiranchor.ledger;

/**
 * Where a transaction stands on the chain right now.
 *
 * @param succeeded false when the contract refused it: mined, paid for, without effect
 */
public record Inclusion(BlockRef block, boolean succeeded) {}
