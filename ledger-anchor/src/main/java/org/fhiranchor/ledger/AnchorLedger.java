package org.fhiranchor.ledger;

import java.util.Optional;
import org.fhiranchor.merkle.TreeSize;

/**
 * A ledger that keeps the heads of logs and refuses one that does not extend the head before it.
 *
 * <p><b>Durability.</b> Nothing here is durable before it is final, and what is final is for the
 * caller to say from {@link #finalized()} or by counting blocks. Anything read may be undone by a
 * reorganisation; only a block hash says whether it was.
 *
 * <p><b>Repeating.</b> Every method may be called again. None of them sends anything: {@link #call}
 * makes what an account's queue sends.
 *
 * <p><b>Threads.</b> Any number.
 *
 * <p>Every method that asks the ledger throws {@link LedgerUnavailableException} when there is no
 * answer (nothing is known of the effect), and {@link LedgerRejectedException} when the answer is
 * no. Each ends within the time limit the implementation was given.
 */
public interface AnchorLedger extends LedgerBlocks {
  /** The account that owns the log and pays. Does not ask the ledger. */
  Address sender();

  /** The log's head at the latest block; empty for a log that is unknown or was never anchored. */
  Optional<LedgerHead> head(LogId logId);

  /** The log's head at this very block, or an error where the ledger does not have that block. */
  Optional<LedgerHead> headAt(LogId logId, BlockRef block);

  /**
   * The event with which the log's head came to this size.
   *
   * @param block the number of the block to look into, as the head names it
   */
  Optional<AnchoredEvent> anchored(LogId logId, TreeSize size, long block);

  /** The log's owner at the latest block; empty for an unknown log. */
  Optional<Address> owner(LogId logId);

  /**
   * Tries the call against the latest block; sends nothing.
   *
   * @throws LedgerRejectedException {@code REVERTED} when the contract would refuse the call now
   */
  LedgerCall call(AnchorCall anchor);

  /**
   * What to keep of a mined transaction; empty when the node does not have it, or names another
   * block.
   */
  Optional<AnchorEvidence> evidence(TransactionHash hash, BlockRef block);
}
