package org.fhiranchor.ledger;

/**
 * A transaction that can be sent, and sent again, as it is: whoever has these bytes needs no key.
 *
 * @param nonce the sender's transaction count that it fits
 */
public record SignedTransaction(TransactionHash hash, Bytes raw, long nonce, Fees fees) {}
