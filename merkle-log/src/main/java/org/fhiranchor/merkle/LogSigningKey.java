package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** The private key of a log (Ed25519). A secret: shown only by {@link #encode()}. */
public final class LogSigningKey {
  private static final String PREFIX = "PRIVATE+KEY+";

  private final byte[] seed;
  private final LogVerifierKey verifierKey;

  private LogSigningKey(String name, byte[] seed) {
    byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    this.seed = seed;
    this.verifierKey = new LogVerifierKey(name, publicKey);
  }

  /**
   * A fresh key.
   *
   * @param name the log's origin
   */
  public static LogSigningKey generate(String name, SecureRandom random) {
    byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
    random.nextBytes(seed);
    return new LogSigningKey(name, seed);
  }

  /**
   * Reads {@code PRIVATE+KEY+<name>+<8 hex digits>+<base64 of 0x01 and the seed>}, the form of Go's
   * sumdb note; white space around it is let pass, so that a file can end in a line break.
   *
   * @throws IllegalArgumentException for anything else; the message never holds the key
   */
  public static LogSigningKey parse(String encoded) {
    String text = encoded.strip();
    int nameEnd = text.indexOf('+', Math.min(PREFIX.length(), text.length()));
    int idEnd = nameEnd + 9;
    if (!text.startsWith(PREFIX) || nameEnd < 0 || text.length() <= idEnd) {
      throw new IllegalArgumentException("signing key: want PRIVATE+KEY+<name>+<id>+<base64>");
    }
    byte[] typed = seed(text.substring(idEnd + 1));
    if (typed.length != 33 || typed[0] != LogVerifierKey.ED25519 || text.charAt(idEnd) != '+') {
      throw new IllegalArgumentException("signing key: want an Ed25519 key of type 1");
    }
    LogSigningKey key =
        new LogSigningKey(
            text.substring(PREFIX.length(), nameEnd), Arrays.copyOfRange(typed, 1, 33));
    if (!key.encode().equals(text)) {
      throw new IllegalArgumentException("signing key: the key id is not this key's");
    }
    return key;
  }

  private static byte[] seed(String base64) {
    try {
      return StrictBase64.decode(base64, 44);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("signing key: want base64 of 33 bytes", wrong);
    }
  }

  /** The form {@link #parse(String)} reads. Keep it where only the log's owner can read. */
  public String encode() {
    byte[] typed = new byte[33];
    typed[0] = LogVerifierKey.ED25519;
    System.arraycopy(seed, 0, typed, 1, 32);
    return PREFIX
        + verifierKey.name()
        + "+"
        + HexFormat.of().formatHex(verifierKey.keyId())
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  /** The public half. */
  public LogVerifierKey verifierKey() {
    return verifierKey;
  }

  /**
   * Signs a checkpoint.
   *
   * @throws IllegalArgumentException when the checkpoint's origin is not this key's name
   */
  public SignedCheckpoint sign(Checkpoint checkpoint) {
    if (!checkpoint.origin().equals(verifierKey.name())) {
      throw new IllegalArgumentException(
          "checkpoint: want origin " + verifierKey.name() + ", got " + checkpoint.origin());
    }
    return new SignedCheckpoint(checkpoint, note(checkpoint.text()));
  }

  /** Signs the digest of an export's manifest; the note is no checkpoint to any reader. */
  public String signExport(byte[] manifest) {
    return note(ExportSignature.text(verifierKey, manifest));
  }

  /**
   * Signs a certificate. Its first line is no origin, so that nobody can take it for a checkpoint.
   *
   * @throws IllegalArgumentException when it is another log's
   */
  public String sign(ErasureCertificate certificate) {
    if (!certificate.checkpoint().origin().equals(verifierKey.name())) {
      throw new IllegalArgumentException(
          "certificate: want origin "
              + verifierKey.name()
              + ", got "
              + certificate.checkpoint().origin());
    }
    return note(certificate.text());
  }

  private String note(String note) {
    byte[] text = note.getBytes(StandardCharsets.UTF_8);
    byte[] signature = new byte[4 + Ed25519.SIGNATURE_SIZE];
    System.arraycopy(verifierKey.keyId(), 0, signature, 0, 4);
    Ed25519.sign(seed, 0, text, 0, text.length, signature, 4);
    return note
        + "\n"
        + SignedCheckpoint.SIGNATURE_MARK
        + verifierKey.name()
        + " "
        + Base64.getEncoder().encodeToString(signature)
        + "\n";
  }

  /**
   * A key for seals, derived from this one (HKDF-SHA-256, RFC 5869): whoever holds the seal key can
   * not sign, and every holder of the signing key has it.
   *
   * @param purpose what is sealed: two purposes have two keys
   */
  public SealKey sealKey(String purpose) {
    String info = "fhir-anchor seal/1\n" + verifierKey.name() + "\n" + purpose;
    HKDFBytesGenerator derivation = new HKDFBytesGenerator(new SHA256Digest());
    derivation.init(new HKDFParameters(seed, null, info.getBytes(StandardCharsets.UTF_8)));
    byte[] key = new byte[Digest.LENGTH];
    derivation.generateBytes(key, 0, key.length);
    return new SealKey(key);
  }

  @Override
  public String toString() {
    return "LogSigningKey[" + verifierKey + "]";
  }
}
