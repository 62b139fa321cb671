package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CommitmentTest {
  @Test
  @DisplayName("STM-3 HMAC-SHA-256 is the one of RFC 4231")
  void rfc4231() {
    byte[] key = new byte[20];
    Arrays.fill(key, (byte) 0x0b);
    assertThat(Commitment.hmac(key, "Hi There".getBytes(US_ASCII)).hex())
        .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assertThat(
            Commitment.hmac(
                    "Jefe".getBytes(US_ASCII), "what do ya want for nothing?".getBytes(US_ASCII))
                .hex())
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @Test
  @DisplayName("STM-3 HMAC-SHA-256 is the JDK's for keys of a salt's length")
  void agreesWithTheJdk() throws GeneralSecurityException {
    Random random = new Random(1);
    Mac mac = Mac.getInstance("HmacSHA256");
    for (int length = 0; length < 300; length++) {
      byte[] key = new byte[Salt.LENGTH];
      byte[] message = new byte[length];
      random.nextBytes(key);
      random.nextBytes(message);
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      assertThat(Commitment.hmac(key, message).bytes()).isEqualTo(mac.doFinal(message));
    }
  }

  @Test
  @DisplayName("STM-4 an entry is 01 and the commitment, 33 bytes")
  void entryForm() {
    Digest commitment = TreeHash.EMPTY;
    assertThat(HexFormat.of().formatHex(Commitment.entry(commitment)))
        .isEqualTo("01" + commitment.hex());
  }

  @Test
  @DisplayName("STM-3 the same statement under another salt has another commitment")
  void saltsHide() {
    Statement statement = SampleLog.deleted(new ResourceKey("Patient", "1"), 1);
    SecureRandom random = new SecureRandom();
    assertThat(Commitment.of(Salt.random(random), statement))
        .isNotEqualTo(Commitment.of(Salt.random(random), statement));
  }

  @Test
  @DisplayName("STM-3 a salt has 32 bytes and is not shown by toString")
  void saltIsASecret() {
    Salt salt = Salt.random(new SecureRandom());
    assertThat(Salt.fromBase64(salt.base64())).isEqualTo(salt);
    assertThat(salt.toString()).isEqualTo("Salt[not shown]");
    assertThatIllegalArgumentException().isThrownBy(() -> Salt.of(new byte[31]));
    assertThatIllegalArgumentException().isThrownBy(() -> Salt.fromBase64("AAAA"));
  }
}
