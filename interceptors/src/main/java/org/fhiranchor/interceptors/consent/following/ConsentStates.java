package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentStateStore;

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

  /** Rows changed after a revision, oldest change first, at most {@link #MAX_ROWS}. */
  List<ConsentState> changedSince(long revision);

  /** Rows after a key in the order of keys, from the first when empty; at most {@code limit}. */
  List<ConsentState> after(Optional<ConsentKey> key, int limit);

  /** Takes the ledger's grant in the place of what is stored; forgets the grant when empty. */
  void correct(ConsentKey key, Optional<ConsentChange.Granted> grant);
}
