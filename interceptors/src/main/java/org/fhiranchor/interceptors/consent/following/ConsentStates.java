package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentStateStore;
import org.fhiranchor.ledger.consent.LinkedConsent;

/**
 * The follower's copy of the ledger, as the rest of this server reads it. Changes become visible in
 * the order of their revisions.
 */
public interface ConsentStates extends ConsentStateStore {
  /** Most rows in one answer. */
  int MAX_ROWS = 1_000;

  /** Every grantor's state of a consent: of at most {@link #MAX_ROWS} grantors. */
  List<ConsentState> of(ConsentId ledgerId);

  /** The same for many: those that are known. */
  Map<ConsentId, List<ConsentState>> of(Collection<ConsentId> ledgerIds);

  /** The revision of the newest change. */
  long revision();

  /**
   * Rows changed after a revision, oldest change first, at most {@link #MAX_ROWS}.
   *
   * @param last the last row of that revision that is known; rows of it behind that one come too,
   *     for many can have the same
   */
  List<ConsentState> changedSince(long revision, Optional<ConsentKey> last);

  /** Those of these keys that are linked. */
  List<LinkedConsent> linked(Collection<ConsentKey> keys);
}
