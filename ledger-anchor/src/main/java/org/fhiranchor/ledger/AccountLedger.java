package org.fhiranchor.ledger;

/**
 * One account on one chain: what it has sent, and how it sends.
 *
 * <p><b>Chain.</b> Signs for the configured chain alone, whatever the node says it is.
 *
 * <p><b>Repeating.</b> Every method may be called again. {@link #send} with bytes that the ledger
 * has already changes nothing.
 *
 * <p><b>Threads.</b> Any number.
 *
 * <p>Every method that asks the ledger throws {@link LedgerUnavailableException} when there is no
 * answer, and {@link LedgerRejectedException} when the answer is no.
 */
public interface AccountLedger extends LedgerBlocks {
  /** The account. Asks nobody. */
  Address account();

  /** The chain that is signed for. Asks nobody. */
  ChainId chain();

  /** How many of the account's transactions are mined up to this block. */
  long minedNonce(long block);

  /** How many of the account's transactions are mined, or wait without a gap behind those. */
  long pendingNonce();

  /** What to offer now for a call of this kind, within its cap. */
  FeeOffer offer(CallKind kind);

  /** Signs the call; sends nothing and asks no ledger, though perhaps the keeper of the key. */
  SignedTransaction sign(LedgerCall call, long nonce, Fees fees);

  /**
   * Hands the bytes to the ledger.
   *
   * @throws LedgerRejectedException when the ledger will not take them
   */
  void send(SignedTransaction transaction);
}
