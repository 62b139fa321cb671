package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;

/**
 * Stands for a patient in statements of disclosures: HMAC-SHA-256 of the patient's logical id under
 * a key that is kept apart from the log. Whoever does not have the key cannot tell whose it is, nor
 * try ids.
 */
public final class SubjectTag {
  /** Bytes in the key. */
  public static final int KEY_LENGTH = 32;

  private static final String CONTEXT = "fhiranchor/subject-tag/v1\n";

  private static final String HEAD_CONTEXT = "fhiranchor/head-salt/v1\n";

  private SubjectTag() {}

  /**
   * The salt of a subject's head in the map of heads: of this head alone, and known to nobody
   * without the key. It needs no place to be kept, so the whole map can be made again from the log.
   */
  public static Salt headSalt(byte[] key, Digest tag, long number, Digest commitment) {
    String head = HEAD_CONTEXT + tag.hex() + "\n" + number + "\n" + commitment.hex();
    return Salt.of(Commitment.hmac(key, head.getBytes(StandardCharsets.UTF_8)).bytes());
  }

  /**
   * The tag of a patient.
   *
   * @param patient the logical id; {@code ""} for disclosures that concern no known patient
   * @throws IllegalArgumentException for a key of another length
   */
  public static Digest of(byte[] key, String patient) {
    if (key.length != KEY_LENGTH) {
      throw new IllegalArgumentException(
          "subject key: want " + KEY_LENGTH + " bytes, got " + key.length);
    }
    return Commitment.hmac(key, (CONTEXT + patient).getBytes(StandardCharsets.UTF_8));
  }
}
