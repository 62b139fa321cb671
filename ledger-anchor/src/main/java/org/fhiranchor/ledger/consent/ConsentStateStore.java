package org.fhiranchor.ledger.consent;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;

/**
 * The follower's copy of the ledger's consents, and how far it has come.
 *
 * <p><b>Durability.</b> A method that returns has taken effect as a whole and for good; one that
 * throws has done all or nothing.
 *
 * <p><b>Order.</b> Several nodes may follow into one store: a change is accepted only from whoever
 * has seen the latest cursor.
 *
 * <p><b>Repeating.</b> A change may be applied any number of times.
 *
 * <p><b>Revocations.</b> Once heard of, a revocation stays, whatever happens to its block: it is
 * the patient's word, and the ledger would take it again.
 *
 * <p><b>Threads.</b> Any number.
 */
public interface ConsentStateStore {
  /** Cursors kept, so that the common ancestor of a reorganisation can be found. */
  int KEPT_CURSORS = 64;

  /**
   * The last blocks that were completely applied of this contract's events, newest first, at most
   * {@link #KEPT_CURSORS}; the first one that ever was is among them.
   */
  List<Cursor> cursors();

  /**
   * Those of these consents that somebody here may need, because their id was given to a stored
   * Consent and their grantor is a key of its patient, or because they are stored already.
   */
  Set<ConsentKey> concerned(Collection<ConsentKey> keys);

  /**
   * Applies changes in their order and moves the cursor, in one.
   *
   * @param expected the newest cursor when the changes were asked for
   * @return false, without effect, when the newest cursor is another one by now
   */
  boolean apply(Optional<Cursor> expected, List<ConsentChange> changes, Cursor cursor);

  /**
   * Forgets the grants above a block and the cursors above it; revocations stay.
   *
   * @param expected the newest cursor when the reorganisation was seen
   * @param ancestor the newest cursor that is still on the chain; empty to begin all over
   * @return false, without effect, when the newest cursor is another one by now
   */
  boolean unwind(Optional<Cursor> expected, Optional<Cursor> ancestor);

  /** What is known of a consent; empty when nothing is. */
  Optional<ConsentRecord> find(ConsentKey key);

  /** Revokes here and now, before the ledger says so: for the node that hears of it first. */
  void revoke(ConsentKey key);

  /** Linked consents after a key, in an order of the store's; at most about {@code limit}. */
  List<LinkedConsent> linked(Optional<ConsentKey> after, int limit);

  /** Takes the registry's grant in the place of what is stored; forgets the grant when empty. */
  void correct(ConsentKey key, Optional<ConsentRecord.Grant> grant);
}
