package org.fhiranchor.interceptors.disclosure;

import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.ledger.secret.AeadCipher;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.SubjectTag;

/** Tags of patients, and of who asked, under this log's key for them. */
public final class SubjectTags {
  /** The asker of a record that names no person, or whose content is gone. */
  public static final Digest NOBODY = Digest.of(new byte[Digest.LENGTH]);

  private final byte[] key;

  /** Tags under this key of 32 bytes. */
  public SubjectTags(byte[] key) {
    this.key = key.clone();
  }

  /** The tag of a patient, or of nobody. */
  public Digest of(Optional<PatientId> patient) {
    return SubjectTag.of(key, patient.map(PatientId::value).orElse(""));
  }

  /**
   * The tag of the person who asked, by which records are found (AUD-4). No tag of a patient is
   * one: the person has another, though it is the same.
   */
  public Digest ofAsker(Map<String, JsonValue> record) {
    return AuditEventText.text(AuditEventText.requester(record), "person")
        .map(this::ofAsker)
        .orElse(NOBODY);
  }

  /** The tag of a person, by the reference that a token has. */
  public Digest ofAsker(String person) {
    return SubjectTag.of(key, "\nasker " + person);
  }

  /** The salt of a subject's head in the map of heads. */
  public Salt headSalt(Digest subject, long number, Digest commitment) {
    return SubjectTag.headSalt(key, subject, number, commitment);
  }

  /** What closes the keys of the journal's contents, and what stands under none of them (ERA-3). */
  public AeadCipher closing(String purpose) {
    return new AeadCipher(SubjectTag.of(key, "\nclosing " + purpose).bytes());
  }

  /** Tells one key from another, and nothing else about it. */
  public String fingerprint() {
    return SubjectTag.of(key, "\nfingerprint").hex();
  }
}
