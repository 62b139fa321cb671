package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SealKeyTest {
  private static final byte[] SALT = {1, 2, 3};
  private static final byte[] TEXT = "statement".getBytes(UTF_8);

  private final LogSigningKey key = LogSigningKey.generate("example.org/log", new SecureRandom());

  @Test
  @DisplayName(
      "FOL-3 the seal is an HMAC under HKDF of the signing key, made with the JDK's own Mac")
  void derivesAsRfc5869Says() throws NoSuchAlgorithmException, InvalidKeyException {
    String encoded = key.encode();
    byte[] typed = Base64.getDecoder().decode(encoded.substring(encoded.length() - 44));
    byte[] seed = Arrays.copyOfRange(typed, 1, 33);
    byte[] extracted = hmac(new byte[32], seed);
    byte[] info = "fhir-anchor seal/1\nexample.org/log\npending\u0001".getBytes(UTF_8);
    byte[] expanded = hmac(extracted, info);
    ByteBuffer message = ByteBuffer.allocate(8 + SALT.length + TEXT.length);
    message.putInt(TEXT.length).put(TEXT).putInt(SALT.length).put(SALT);
    assertThat(key.sealKey("pending").seal(TEXT, SALT).bytes())
        .isEqualTo(hmac(expanded, message.array()));
  }

  private static byte[] hmac(byte[] key, byte[] message)
      throws NoSuchAlgorithmException, InvalidKeyException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  @Test
  @DisplayName("FOL-3 a seal fits its parts, under its purpose and its log's key alone")
  void fitsNothingElse() {
    SealKey seals = key.sealKey("pending");
    byte[] seal = seals.seal(TEXT, SALT).bytes();
    assertThat(seals.fits(seal, TEXT, SALT)).isTrue();
    assertThat(LogSigningKey.parse(key.encode()).sealKey("pending").fits(seal, TEXT, SALT))
        .isTrue();
    assertThat(seals.fits(seal, SALT, TEXT)).isFalse();
    assertThat(seals.fits(seal, TEXT)).isFalse();
    assertThat(seals.fits(new byte[0], TEXT, SALT)).isFalse();
    assertThat(key.sealKey("other").fits(seal, TEXT, SALT)).isFalse();
    assertThat(
            LogSigningKey.generate("example.org/log", new SecureRandom())
                .sealKey("pending")
                .fits(seal, TEXT, SALT))
        .isFalse();
  }

  @Test
  @DisplayName("FOL-3 where one part ends and the next begins is sealed too")
  void sealsTheBorders() {
    SealKey seals = key.sealKey("pending");
    assertThat(seals.seal(new byte[] {1, 2}, new byte[] {3}))
        .isNotEqualTo(seals.seal(new byte[] {1}, new byte[] {2, 3}));
    assertThat(seals.toString()).isEqualTo("SealKey[not shown]");
  }
}
