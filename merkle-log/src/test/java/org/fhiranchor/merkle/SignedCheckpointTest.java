package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SignedCheckpointTest {
  private static final String GO_SIGNER =
      "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
  private static final String GO_VERIFIER =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private static final LogSigningKey KEY =
      LogSigningKey.generate("log.example/anchor", new SecureRandom());
  private static final Checkpoint CHECKPOINT =
      new Checkpoint("log.example/anchor", new TreeSize(42), TreeHash.EMPTY);
  private static final SignedCheckpoint SIGNED = KEY.sign(CHECKPOINT);

  @Test
  @DisplayName("CP-1 keys and signatures are those of Go's sumdb/note")
  void agreesWithGo() {
    LogSigningKey key = LogSigningKey.parse(GO_SIGNER);
    assertThat(key.encode()).isEqualTo(GO_SIGNER);
    assertThat(key.verifierKey().toString()).isEqualTo(GO_VERIFIER);
    String text =
        """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.
        """;
    byte[] line =
        Base64.getDecoder()
            .decode(
                "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");
    byte[] signature = java.util.Arrays.copyOfRange(line, 4, line.length);
    assertThat(key.verifierKey().verifies(text.getBytes(UTF_8), signature)).isTrue();
    assertThat(key.verifierKey().verifies((text + " ").getBytes(UTF_8), signature)).isFalse();
  }

  @Test
  @DisplayName("CP-1 the text is origin, decimal size and base64 root, each on a line")
  void textForm() {
    assertThat(CHECKPOINT.text())
        .isEqualTo("log.example/anchor\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    assertThat(Checkpoint.parse(CHECKPOINT.text())).isEqualTo(CHECKPOINT);
    assertThat(SIGNED.note())
        .startsWith(CHECKPOINT.text() + "\n\u2014 log.example/anchor ")
        .endsWith("\n");
  }

  @Test
  @DisplayName("CP-1 opens what the key's owner signed, and only that")
  void opensItsOwn() {
    assertThat(SignedCheckpoint.open(SIGNED.note(), KEY.verifierKey()))
        .isEqualTo(new SignedCheckpoint.Opened.Signed(SIGNED));
    LogVerifierKey other =
        LogSigningKey.generate("log.example/anchor", new SecureRandom()).verifierKey();
    assertThat(SignedCheckpoint.open(SIGNED.note(), other))
        .isInstanceOf(SignedCheckpoint.Opened.Refused.class)
        .extracting("reason")
        .isEqualTo("no signature by the expected key");
    LogVerifierKey renamed =
        LogSigningKey.generate("other.example", new SecureRandom()).verifierKey();
    assertThat(SignedCheckpoint.open(SIGNED.note(), renamed))
        .extracting("reason")
        .isEqualTo("another log's checkpoint");
  }

  @Test
  @DisplayName("CP-1 signatures by others are ignored; a known one that fails refuses all")
  void unknownIgnoredKnownMustHold() {
    String stranger =
        "\u2014 witness.example " + Base64.getEncoder().encodeToString(new byte[100]) + "\n";
    assertThat(SignedCheckpoint.open(SIGNED.note() + stranger, KEY.verifierKey()))
        .isInstanceOf(SignedCheckpoint.Opened.Signed.class);
    String forged = signatureLine(SIGNED.note(), 20);
    assertThat(SignedCheckpoint.open(SIGNED.note() + forged, KEY.verifierKey()))
        .extracting("reason")
        .isEqualTo("the signature does not fit the text");
    assertThat(SignedCheckpoint.open(CHECKPOINT.text() + "\n" + stranger, KEY.verifierKey()))
        .isInstanceOf(SignedCheckpoint.Opened.Refused.class);
  }

  @Test
  @DisplayName("CP-1 a changed size or root no longer opens")
  void changedTextIsRefused() {
    for (String[] change : new String[][] {{"\n42\n", "\n43\n"}, {"47DE", "57DE"}}) {
      String note = SIGNED.note().replace(change[0], change[1]);
      assertThat(SignedCheckpoint.open(note, KEY.verifierKey()))
          .isInstanceOf(SignedCheckpoint.Opened.Refused.class);
    }
  }

  @Test
  @DisplayName("CP-1 refuses what is no note")
  void refusesWhatIsNoNote() {
    String note = SIGNED.note();
    for (String wrong :
        List.of(
            "",
            "\n\n",
            CHECKPOINT.text(),
            CHECKPOINT.text() + "\n",
            note.substring(0, note.length() - 1),
            note + "\n",
            note.replace("\n42\n", "\n042\n"),
            note.replace("\n42\n", "\n-1\n"),
            note.replace("\n42\n", "\n9223372036854775808\n"),
            note.replace("\n42\n", "\n42\nextension\n"),
            note.replace("\n42\n", "\n\u0664\u0662\n"),
            note.replace("47DE", "47D\u00c9"),
            note.replace("\u2014", "-"),
            note + "\u2014 x AAAA\n",
            note + "\u2014 x y\n",
            note + signatureLine(note, 0).repeat(16),
            "x".repeat(8193))) {
      assertThatExceptionOfType(ProofFormatException.class)
          .as(wrong)
          .isThrownBy(() -> SignedCheckpoint.parse(wrong));
    }
  }

  @Test
  @DisplayName("CP-1 a public key whose id is not its own is refused")
  void refusesWrongKeys() {
    String key = KEY.verifierKey().toString();
    assertThat(LogVerifierKey.parse(key)).isEqualTo(KEY.verifierKey());
    for (String wrong :
        List.of(
            "",
            "name",
            "name+00000000",
            key + "A",
            key.replace("log.", "lag."),
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")) {
      assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> LogVerifierKey.parse(wrong));
    }
    for (String name : List.of("", "a b", "a+b", "a\nb", "a\u00a0b", "x".repeat(256))) {
      assertThatIllegalArgumentException().isThrownBy(() -> new LogVerifierKey(name, new byte[32]));
    }
  }

  @Test
  @DisplayName("CP-1 a private key is read back, never shown, and signs for its own origin only")
  void privateKeyIsASecret() {
    assertThat(LogSigningKey.parse(KEY.encode() + "\n").encode()).isEqualTo(KEY.encode());
    assertThat(KEY.toString()).doesNotContain(KEY.encode().substring(40));
    for (String wrong :
        List.of(
            "", "PRIVATE+KEY+", GO_VERIFIER, GO_SIGNER + "=", GO_SIGNER.replace("c74f", "c74e"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LogSigningKey.parse(wrong))
          .withMessageNotContaining("AYEKFALVF");
    }
    Checkpoint foreign = new Checkpoint("other.example", TreeSize.ZERO, TreeHash.EMPTY);
    assertThatIllegalArgumentException().isThrownBy(() -> KEY.sign(foreign));
  }

  private static String signatureLine(String note, int flip) {
    String line = note.substring(note.indexOf("\n\n") + 2);
    byte[] signature =
        Base64.getDecoder().decode(line.strip().substring(line.lastIndexOf(' ') + 1));
    signature[10] ^= (byte) flip;
    return line.substring(0, line.lastIndexOf(' ') + 1)
        + Base64.getEncoder().encodeToString(signature)
        + "\n";
  }
}
