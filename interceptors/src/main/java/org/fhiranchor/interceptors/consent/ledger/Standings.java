package org.fhiranchor.interceptors.consent.ledger;

import java.time.Instant;
import java.util.List;
import org.fhiranchor.interceptors.consent.decide.LedgerStanding;
import org.fhiranchor.interceptors.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.decide.TimeSpan;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.consent.ConsentRecord;

/**
 * Where a patient's consent stands, from what the ledger and the key bindings say (DEC-1). What
 * keys that never were the patient's say of the same id neither grants nor revokes.
 */
public record Standings(ConsentStates states, SubjectKeys keys) {
  /**
   * The standing.
   *
   * @param finalBlock grants up to this block are final
   */
  public LedgerStanding of(ConsentId ledgerId, PatientId patient, long finalBlock) {
    List<ConsentRecord> records =
        states.of(ledgerId).stream()
            .map(ConsentState::record)
            .filter(record -> record.revoked() || record.grant().isPresent())
            .toList();
    return records.isEmpty() ? LedgerStanding.NOT_THERE : of(records, keys.of(patient), finalBlock);
  }

  private static LedgerStanding of(
      List<ConsentRecord> records, List<SubjectKey> keys, long finalBlock) {
    if (records.stream().anyMatch(record -> record.revoked() && isKnown(keys, record))) {
      return LedgerStanding.REVOKED;
    }
    return records.stream()
        .filter(record -> !record.revoked())
        .map(record -> granted(record, keys, finalBlock))
        .reduce((one, other) -> one.keyBound() ? one : other)
        .<LedgerStanding>map(granted -> granted)
        .orElse(LedgerStanding.NOT_THERE);
  }

  private static boolean isKnown(List<SubjectKey> keys, ConsentRecord record) {
    Address grantor = record.key().grantor();
    return keys.stream().anyMatch(key -> key.address().equals(grantor));
  }

  private static LedgerStanding.Granted granted(
      ConsentRecord record, List<SubjectKey> keys, long finalBlock) {
    ConsentRecord.Grant grant = record.grant().orElseThrow();
    boolean bound =
        keys.stream()
            .filter(key -> key.address().equals(record.key().grantor()))
            .anyMatch(key -> key.wasBoundAt(grant.blockNumber()));
    return new LedgerStanding.Granted(
        grant.termsHash(), span(grant.period()), grant.blockNumber() <= finalBlock, bound);
  }

  private static TimeSpan span(ConsentPeriod period) {
    return new TimeSpan(
        period.notBefore().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE),
        period.notAfter().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE));
  }
}
