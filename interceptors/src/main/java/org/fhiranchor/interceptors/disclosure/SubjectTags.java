package org.fhiranchor.interceptors.disclosure;

import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.SubjectTag;

/** Tags of patients under this log's key for them. */
public final class SubjectTags {
  private final byte[] key;

  /** Tags under this key of 32 bytes. */
  public SubjectTags(byte[] key) {
    this.key = key.clone();
  }

  /** The tag of a patient, or of nobody. */
  public Digest of(Optional<PatientId> patient) {
    return SubjectTag.of(key, patient.map(PatientId::value).orElse(""));
  }

  /** The salt of a subject's head in the map of heads. */
  public Salt headSalt(Digest subject, long number, Digest commitment) {
    return SubjectTag.headSalt(key, subject, number, commitment);
  }

  /** Tells one key from another, and nothing else about it. */
  public String fingerprint() {
    return SubjectTag.of(key, "\nfingerprint").hex();
  }
}
