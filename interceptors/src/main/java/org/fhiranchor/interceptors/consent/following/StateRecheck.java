package org.fhiranchor.interceptors.consent.following;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds rows of {@code consent_state} against the contract, a few at a time and round and round: a
 * row that somebody edited in the database permits nothing for long. One thread.
 */
public final class StateRecheck {
  private static final Logger LOG = LoggerFactory.getLogger(StateRecheck.class);

  private final ConsentLedger ledger;
  private final ConsentStates states;
  private final int rows;
  private Optional<ConsentKey> last = Optional.empty();

  /**
   * Begins with the first row.
   *
   * @param rows how many rows {@link #next} looks at
   */
  public StateRecheck(ConsentLedger ledger, ConsentStates states, int rows) {
    this.ledger = ledger;
    this.states = states;
    this.rows = rows;
  }

  /**
   * The next rows.
   *
   * @throws org.fhiranchor.ledger.LedgerUnavailableException when the ledger does not answer
   */
  public void next() {
    List<ConsentState> page = states.after(last, rows);
    page.forEach(this::check);
    last =
        page.size() < rows
            ? Optional.empty()
            : Optional.of(page.get(page.size() - 1).record().key());
  }

  /**
   * Corrects one row where it says more than the ledger does. What it says less is for {@link
   * org.fhiranchor.ledger.consent.ConsentFollower}; a revocation stays whatever the ledger says.
   *
   * @return whether the row was right
   */
  public boolean check(ConsentState state) {
    ConsentRecord record = state.record();
    if (record.revoked() || record.grant().isEmpty() || isTrue(record, record.grant().get())) {
      return true;
    }
    LedgerConsent truth = ledger.stateOf(record.key());
    LOG.error(
        "consent_state corrected: the row does not agree with the ledger consent={} ledger={}",
        record.key().id(),
        truth.status());
    correct(record.key(), truth);
    return false;
  }

  private boolean isTrue(ConsentRecord record, ConsentRecord.Grant grant) {
    return ledger.isGranted(record.key(), grant.termsHash(), grant.period())
        && ledger
            .stateOf(record.key())
            .grantedBlock()
            .filter(block -> block == grant.blockNumber())
            .isPresent();
  }

  private void correct(ConsentKey key, LedgerConsent truth) {
    states.correct(key, truth.grantedBlock().flatMap(block -> grant(key, block)));
    if (truth.status() == LedgerConsent.Status.REVOKED) {
      states.revoke(key);
    }
  }

  private Optional<ConsentChange.Granted> grant(ConsentKey key, long block) {
    return ledger.changes(block, block).stream()
        .filter(ConsentChange.Granted.class::isInstance)
        .map(ConsentChange.Granted.class::cast)
        .filter(granted -> granted.key().equals(key))
        .findFirst();
  }
}
