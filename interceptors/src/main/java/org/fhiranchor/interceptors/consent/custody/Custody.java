package org.fhiranchor.interceptors.consent.custody;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.evm.PatientKey;
import org.fhiranchor.ledger.secret.AeadCipher;

/**
 * Encrypts patients' keys with AES-256-GCM under one key of the server. A sealed key is 12 bytes of
 * nonce, then the cipher text with its tag of 16 bytes; it opens for the patient it was sealed for
 * and no other. Safe for any number of threads.
 */
public final class Custody {
  private static final int NONCE = 12;

  private final AeadCipher cipher;
  private final SecureRandom random;

  /**
   * Under this key.
   *
   * @param key 32 bytes
   */
  public Custody(byte[] key, SecureRandom random) {
    if (key.length != 32) {
      throw new IllegalArgumentException("custody key: want 32 bytes, got " + key.length);
    }
    this.cipher = new AeadCipher(key);
    this.random = random;
  }

  /** A new key for a patient. */
  public PatientKey generate() {
    return PatientKey.generate(random);
  }

  /** The key to store. */
  public Bytes seal(PatientId patient, PatientKey secret) {
    return Bytes.of(cipher.close(about(patient), secret.secret().toArray(), random));
  }

  /**
   * The key out of what was stored.
   *
   * @throws CustodyException when it was sealed for another patient, under another key, or changed
   */
  public PatientKey open(PatientId patient, Bytes sealed) {
    byte[] all = sealed.toArray();
    if (all.length <= NONCE) {
      throw new CustodyException("a key in custody is cut short");
    }
    return cipher
        .open(about(patient), all)
        .map(secret -> PatientKey.of(Bytes.of(secret)))
        .orElseThrow(
            () -> new CustodyException("a key in custody does not open under this server's key"));
  }

  /** Whether {@link #open} can open it: not when this server's key is another than it was. */
  public boolean opens(PatientId patient, Bytes sealed) {
    try {
      open(patient, sealed);
      return true;
    } catch (CustodyException closed) {
      return false;
    }
  }

  private static byte[] about(PatientId patient) {
    return patient.reference().getBytes(StandardCharsets.UTF_8);
  }
}
