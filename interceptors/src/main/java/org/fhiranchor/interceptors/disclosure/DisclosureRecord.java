package org.fhiranchor.interceptors.disclosure;

import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.JsonValue;

/**
 * One disclosure, or one refusal, of one patient's data (DIS-1).
 *
 * @param at which instant its leaf has
 * @param patient empty when nobody knows whose it was, or whether it was anybody's
 * @param content what is kept of it; its salt is added when it is written
 * @param emergency whether the glass was broken for it
 * @param refusal whether nothing was shown
 */
public record DisclosureRecord(
    Instant at,
    Optional<PatientId> patient,
    JsonValue.Obj content,
    boolean emergency,
    boolean refusal) {
  /** The same, with a leaf of this instant. */
  DisclosureRecord writtenAt(Instant now) {
    return new DisclosureRecord(now, patient, content, emergency, refusal);
  }

  /** How a record spells an instant: UTC with milliseconds. */
  public static String instant(Instant at) {
    return DisclosureRecords.instant(at);
  }
}
