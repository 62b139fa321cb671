package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ErasureCertificateTest {
  private static final LogSigningKey KEY =
      LogSigningKey.generate("log.example.org/1", new SecureRandom());

  private static ErasureCertificate certificate(String reason) {
    return new ErasureCertificate(
        SampleLog.NOW,
        reason,
        "GDPR 17",
        3,
        1,
        LeafRanges.parse("5-7,9"),
        LeafRanges.parse("8"),
        LeafRanges.parse("10"),
        new Checkpoint("log.example.org/1", new TreeSize(11), Digest.sha256()));
  }

  @Test
  @DisplayName("ERA-1 a certificate is read back with its key alone")
  void isReadBack() {
    String note = KEY.sign(certificate("asked for"));
    assertThat(note).startsWith("log.example.org/1/erasure/v1\nrecorded ");
    assertThat(ErasureCertificate.open(note, KEY.verifierKey()))
        .isEqualTo(certificate("asked for"));
    LogVerifierKey other =
        LogSigningKey.generate("log.example.org/1", new SecureRandom()).verifierKey();
    assertThatThrownBy(() -> ErasureCertificate.open(note, other))
        .isInstanceOf(ProofFormatException.class);
  }

  @Test
  @DisplayName("ERA-1 no parser of checkpoints takes a certificate, nor the other way round")
  void isNoCheckpoint() {
    String note = KEY.sign(certificate("asked for"));
    assertThatThrownBy(() -> SignedCheckpoint.parse(note)).isInstanceOf(ProofFormatException.class);
    LogVerifierKey suffixed =
        new LogVerifierKey(
            "log.example.org/1/erasure/v1",
            java.util.Arrays.copyOfRange(KEY.verifierKey().bytes(), 1, 33));
    assertThatThrownBy(() -> SignedCheckpoint.open(note, suffixed))
        .isInstanceOf(ProofFormatException.class);
    String checkpoint =
        KEY.sign(new Checkpoint("log.example.org/1", new TreeSize(11), Digest.sha256())).note();
    assertThatThrownBy(() -> ErasureCertificate.open(checkpoint, KEY.verifierKey()))
        .isInstanceOf(ProofFormatException.class);
  }

  @Test
  @DisplayName("ERA-1 a certificate with any other byte is refused")
  void refusesEveryOtherByte() {
    byte[] note = KEY.sign(certificate("asked for")).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < note.length; i++) {
      byte[] other = note.clone();
      other[i] ^= 1;
      String text = new String(other, StandardCharsets.UTF_8);
      assertThatThrownBy(() -> ErasureCertificate.open(text, KEY.verifierKey()))
          .as("byte " + i)
          .isInstanceOf(ProofFormatException.class);
    }
  }

  @Test
  @DisplayName("ERA-1 words that would not stay on their line are refused")
  void refusesWordsOfMoreLines() {
    for (String wrong :
        List.of("", " ", " a", "a\nsize 1", "a\u2028b", "a\u0085b", "a\ud800", "x".repeat(401))) {
      assertThatThrownBy(() -> certificate(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(certificate("x".repeat(400)).reason()).hasSize(400);
  }
}
