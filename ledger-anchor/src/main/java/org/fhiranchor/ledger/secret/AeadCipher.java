package org.fhiranchor.ledger.secret;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM under one key: a fresh nonce of 96 bits, then the closed bytes with their tag. A
 * secret: never shown. May be used from any thread.
 */
public final class AeadCipher {
  /** Bytes in a key. */
  public static final int KEY_LENGTH = 32;

  private static final int NONCE = 12;
  private static final int TAG = 16;

  private final SecretKey key;

  /** Closes and opens under this key of 32 bytes. */
  public AeadCipher(byte[] key) {
    if (key.length != KEY_LENGTH) {
      throw new IllegalArgumentException(
          "a key of AES-256: want " + KEY_LENGTH + " bytes, got " + key.length);
    }
    this.key = new SecretKeySpec(key, "AES");
  }

  /**
   * Closes these bytes.
   *
   * @param about where they stand: they open nowhere else
   */
  public byte[] close(byte[] about, byte[] plain, SecureRandom random) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] closed = Arrays.copyOf(nonce, NONCE + plain.length + TAG);
    try {
      cipher(Cipher.ENCRYPT_MODE, nonce, about).doFinal(plain, 0, plain.length, closed, NONCE);
      return closed;
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has AES-256-GCM", missing);
    }
  }

  /** What was closed; empty when it was closed with another key, elsewhere, or was changed. */
  public Optional<byte[]> open(byte[] about, byte[] closed) {
    if (closed.length < NONCE + TAG) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(closed, NONCE), about)
              .doFinal(closed, NONCE, closed.length - NONCE));
    } catch (AEADBadTagException another) {
      return Optional.empty();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has AES-256-GCM", missing);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] about) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
    cipher.updateAAD(about);
    return cipher;
  }

  @Override
  public String toString() {
    return "AeadCipher[not shown]";
  }
}
