package org.fhiranchor.interceptors.consent.following;

import java.time.Instant;
import java.util.List;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.consent.ConsentRecord;

/**
 * Where a patient's consent stands, from what the ledger and the key bindings say (DEC-1). What
 * keys that never were the patient's say of the same id neither grants nor revokes.
 */
public record LedgerStandings(ConsentStates states, SubjectKeys keys) {
  /** A standing, and the block of its grant where it has one. */
  public record Found(LedgerStanding standing, long grantBlock) {
    private static Found without(LedgerStanding standing) {
      return new Found(standing, -1);
    }
  }

  /** The standing that these states and keys make. */
  static Found of(List<ConsentState> states, List<SubjectKey> keys, long finalBlock) {
    List<ConsentRecord> records = states.stream().map(ConsentState::record).toList();
    if (records.stream().anyMatch(record -> record.revoked() && isKnown(keys, record))) {
      return Found.without(LedgerStanding.REVOKED);
    }
    return records.stream()
        .filter(record -> !record.revoked() && record.grant().isPresent())
        .map(record -> granted(record, keys, finalBlock))
        .reduce((one, other) -> isBound(one) ? one : other)
        .orElse(Found.without(LedgerStanding.NOT_THERE));
  }

  private static boolean isBound(Found found) {
    return found.standing() instanceof LedgerStanding.Granted granted && granted.keyBound();
  }

  private static boolean isKnown(List<SubjectKey> keys, ConsentRecord record) {
    Address grantor = record.key().grantor();
    return keys.stream().anyMatch(key -> key.address().equals(grantor));
  }

  private static Found granted(ConsentRecord record, List<SubjectKey> keys, long finalBlock) {
    ConsentRecord.Grant grant = record.grant().orElseThrow();
    boolean bound =
        keys.stream()
            .filter(key -> key.address().equals(record.key().grantor()))
            .anyMatch(key -> key.wasBoundAt(grant.blockNumber()));
    return new Found(
        new LedgerStanding.Granted(
            grant.termsHash(), span(grant.period()), grant.blockNumber() <= finalBlock, bound),
        grant.blockNumber());
  }

  private static TimeSpan span(ConsentPeriod period) {
    return new TimeSpan(
        period.notBefore().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE),
        period.notAfter().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE));
  }
}
