package org.fhiranchor.interceptors.consent.custody;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.evm.PatientKey;

/**
 * Encrypts patients' keys with AES-256-GCM under one key of the server. A sealed key is 12 bytes of
 * nonce, then the cipher text with its tag of 16 bytes; it opens for the patient it was sealed for
 * and no other. Safe for any number of threads.
 */
public final class Custody {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
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
    this.key = new SecretKeySpec(key, "AES");
    this.random = random;
  }

  /** A new key for a patient. */
  public PatientKey generate() {
    return PatientKey.generate(random);
  }

  /** The key to store. */
  public Bytes seal(PatientId patient, PatientKey secret) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] encrypted = run(Cipher.ENCRYPT_MODE, nonce, patient, secret.secret().toArray());
    byte[] sealed = Arrays.copyOf(nonce, NONCE + encrypted.length);
    System.arraycopy(encrypted, 0, sealed, NONCE, encrypted.length);
    return Bytes.of(sealed);
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
    byte[] nonce = Arrays.copyOf(all, NONCE);
    byte[] encrypted = Arrays.copyOfRange(all, NONCE, all.length);
    return PatientKey.of(Bytes.of(run(Cipher.DECRYPT_MODE, nonce, patient, encrypted)));
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

  private byte[] run(int mode, byte[] nonce, PatientId patient, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(patient.reference().getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new CustodyException("a key in custody does not open under this server's key", e);
    }
  }
}
