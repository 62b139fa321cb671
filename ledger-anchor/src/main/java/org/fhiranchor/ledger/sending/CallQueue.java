package org.fhiranchor.ledger.sending;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.LedgerCall;

/**
 * Everything that one account on one chain sends, shared by all nodes that use the account.
 *
 * <p><b>Durability.</b> A method that returns has taken effect for good; one that throws may or may
 * not have. Bytes are stored before anybody sends them, so that a restart sends the same ones.
 *
 * <p><b>Order.</b> Nonces are given out one after the other under the account's lock: a nonce
 * belongs to one call, and no other call takes its place. A change is accepted only of the version
 * it was made from: of several nodes that advance one call, one wins, and the others look again.
 *
 * <p><b>Threads.</b> Any number, on any number of nodes.
 */
public interface CallQueue {
  /**
   * Adds a call; where an unfinished one has the same subject, that one stays and is the answer. A
   * revocation that was signed anew takes over the later signature ({@link
   * QueuedCall#isOutlastedBy}), so that it is not lost when the first one ends.
   */
  QueuedCall add(LedgerCall call, Instant now);

  /** The newest call of a subject, finished or not. */
  Optional<QueuedCall> newest(String subject);

  /**
   * The unfinished calls: those that have a nonce which no block has used up, by their nonces; then
   * those that wait, in their order; then those that are mined. A bounded number of each, the first
   * ones.
   */
  List<QueuedCall> unfinished();

  /**
   * Gives the next free nonce to the call that waits first: a revocation before all others.
   *
   * @param pending the account's count on the ledger, waiting transactions included: no nonce below
   *     it is given out. Where no call of the queue is in flight, it is believed also when it is
   *     lower than what was given out before, as on a chain that was set up again
   * @param urgentOnly whether only a revocation may have it
   * @return empty when nothing waits
   */
  Optional<QueuedCall> number(long pending, boolean urgentOnly, Instant now);

  /** Adds a call that has this very nonce, unless an unfinished call has it. */
  Optional<QueuedCall> fill(LedgerCall filler, long nonce, Instant now);

  /**
   * Grants and revocations that are FINAL, with such a nonce, by their nonces; without grants of
   * what is revoked here.
   *
   * @param from the first nonce
   * @param to the nonce after the last
   */
  List<QueuedCall> lost(long from, long to);

  /**
   * Takes a finished call up again: with its nonce where no unfinished call has that.
   *
   * @return false, without effect, when an unfinished call has its subject, or the stored version
   *     is another one
   */
  boolean reopen(QueuedCall finished, Instant now);

  /**
   * Stores the next version of a call.
   *
   * @return false, without effect, unless the stored version is the one before
   */
  boolean replace(QueuedCall next);

  /** The most that the account's calls since then can cost, in wei, without revocations. */
  BigInteger spentSince(Instant start);

  /** How many grants of a patient were added since then, whatever the account. */
  int grantsSince(String patient, Instant start);

  /** How the account's revocations stand. */
  CallCounts counts();
}
