package org.fhiranchor.ledger.anchoring;

import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.LogId;

/**
 * Where anchors are kept while they are on their way, and afterwards.
 *
 * <p><b>Durability.</b> A method that returns has taken effect for good; one that throws may or may
 * not have. The signed bytes are stored before anybody sends them, so that a restart sends the same
 * ones.
 *
 * <p><b>Order.</b> A log has at most one anchor that is not finished. A change is accepted only of
 * the version it was made from: of several nodes that advance one anchor, one wins, and the others
 * are told so and look again.
 *
 * <p><b>Threads.</b> Any number, on any number of nodes.
 */
public interface AnchorTransactionStore {
  /** The log's anchor that is not finished. */
  Optional<AnchorTransaction> unfinished(LogId logId);

  /** The log's FINAL anchor of the largest size: what the ledger is known to have had. */
  Optional<AnchorTransaction> lastFinal(LogId logId);

  /**
   * Begins an anchor.
   *
   * @return empty when the log has an unfinished one already
   */
  Optional<AnchorTransaction> plan(AnchorCall call, Instant now);

  /**
   * Stores the next version of an anchor. With a FINAL one, those that the ledger lost before it
   * become SUPERSEDED: the earlier FINAL ones beyond the head that it extends.
   *
   * @return false, without effect, unless the stored version is the one before
   */
  boolean replace(AnchorTransaction next);
}
