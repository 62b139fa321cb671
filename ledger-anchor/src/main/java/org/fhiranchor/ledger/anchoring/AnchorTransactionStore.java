package org.fhiranchor.ledger.anchoring;

import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.merkle.TreeSize;

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

  /** The log's FINAL anchor of the largest size up to this one. */
  Optional<AnchorTransaction> finalUpTo(LogId logId, TreeSize size);

  /** The log's next FINAL anchor after this id, in their order, that has no evidence yet. */
  Optional<AnchorTransaction> unevidenced(LogId logId, long after);

  /**
   * Begins an anchor.
   *
   * @return empty when the log has an unfinished one already
   */
  Optional<AnchorTransaction> plan(AnchorCall call, Instant now);

  /**
   * Stores the next version of an anchor.
   *
   * @return false, without effect, unless the stored version is the one before
   */
  boolean replace(AnchorTransaction next);

  /**
   * Stores an anchor that has become FINAL. Those that the ledger lost before it become SUPERSEDED:
   * the earlier FINAL ones beyond the head that it extended.
   *
   * @param extended the size of that head, as the ledger's event says it; the plan may have had
   *     another one in mind
   * @return false, without effect, unless the stored version is the one before
   */
  boolean finish(AnchorTransaction last, TreeSize extended);
}
