package org.fhiranchor.interceptors.erasure;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafRanges;
import org.fhiranchor.merkle.Statement;

/**
 * The disclosures of which an erasure takes the content: those up to its end, which is when the
 * patient is there no more. Otherwise whoever may erase could, by asking again, take out the record
 * of what was asked for later.
 *
 * @param tags of the disclosure journal; empty where none is kept
 */
record DisclosedContents(
    ErasureRows rows, Tombstones tombstones, Optional<SubjectTags> tags, InstantSource clock) {
  boolean isThere(PatientId patient) {
    return rows.find("Patient", patient.value()).isPresent();
  }

  /**
   * An erasure begins, or goes on.
   *
   * @return whether the patient was erased before, and is not there again
   */
  boolean wasErased(PatientId patient) {
    if (isThere(patient)) {
      tombstones.begin(patient);
    }
    // What is recorded after the end is found by it.
    subject(patient).ifPresent(tag -> tombstones.journaledAs(patient, tag));
    return tombstones.ended(patient).isPresent();
  }

  private Optional<Instant> end(PatientId patient) {
    if (isThere(patient)) {
      return Optional.empty();
    }
    if (tombstones.ended(patient).isEmpty()) {
      tombstones.end(patient, clock.instant());
    }
    return tombstones.ended(patient);
  }

  /** The tag of the patient in the journal; empty where none is kept. */
  Optional<Digest> subject(PatientId patient) {
    return tags.map(one -> one.of(Optional.of(patient)));
  }

  /** The patient's chain of disclosures. */
  Optional<String> chain(PatientId patient) {
    return subject(patient).map(Statement.Disclosure::chainOf);
  }

  /** Whether one of those waits for its place in the log. */
  boolean anyWaiting(PatientId patient) {
    Optional<Instant> end = end(patient);
    return subject(patient).filter(tag -> rows.anyDisclosureWaiting(tag, end)).isPresent();
  }

  /** The leaves of those that still have their content. */
  List<Long> leaves(PatientId patient) {
    Optional<Instant> end = end(patient);
    return subject(patient).map(tag -> rows.contents(tag, end)).orElse(List.of());
  }

  /** Takes the content of those that are named. */
  void erase(PatientId patient, LeafRanges named) {
    subject(patient).ifPresent(tag -> rows.eraseContents(tag, named));
  }
}
