package org.fhiranchor.ledger;

import java.util.Optional;

/**
 * A ledger that keeps the heads of logs and refuses one that does not extend the head before it.
 *
 * <p><b>Durability.</b> Nothing here is durable before it is final, and what is final is for the
 * caller to say from {@link #finalized()} or by counting blocks. Anything read may be undone by a
 * reorganisation; only a block hash says whether it was.
 *
 * <p><b>Order.</b> Transactions of one sender take effect in the order of their nonces.
 *
 * <p><b>Repeating.</b> Every method may be called again. {@link #send} with bytes that the ledger
 * has already, waiting or mined, changes nothing and is no error while they wait.
 *
 * <p><b>Threads.</b> Any number.
 *
 * <p>Every method that asks the ledger throws {@link LedgerUnavailableException} when there is no
 * answer (nothing is known of the effect), and {@link LedgerRejectedException} when the answer is
 * no. Each ends within the time limit the implementation was given.
 */
public interface AnchorLedger extends LedgerBlocks {
  /** The chain that the ledger says it is. */
  ChainId chainId();

  /** The account that signs and pays. Does not ask the ledger. */
  Address sender();

  /** The log's head at the latest block; empty for a log that is unknown or was never anchored. */
  Optional<LedgerHead> head(LogId logId);

  /** The log's owner at the latest block; empty for an unknown log. */
  Optional<Address> owner(LogId logId);

  /** The fees to offer now: enough for the next blocks, never above the configured cap. */
  Fees fees();

  /** The nonce for a new transaction: behind all of the sender's that are mined or waiting. */
  long nextNonce();

  /** How many of the sender's transactions are mined; a nonce below it can never be used again. */
  long minedNonce();

  /**
   * Tries the call against the latest block and signs it; sends nothing.
   *
   * @throws LedgerRejectedException {@code REVERTED} when the contract would refuse the call now
   */
  SignedTransaction sign(AnchorCall call, long nonce, Fees fees);

  /**
   * Hands the bytes to the ledger.
   *
   * @throws LedgerRejectedException when the ledger will not take them
   */
  void send(SignedTransaction transaction);

  /** Where the transaction is mined now; empty when it waits, was dropped, or never arrived. */
  Optional<Inclusion> inclusion(TransactionHash hash);

  /** What to keep of a mined transaction; empty when it is not mined. */
  Optional<AnchorEvidence> evidence(TransactionHash hash);
}
