package org.fhiranchor.interceptors.consent.custody;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.ledger.secret.SecretFile;

/** The file with the 32 bytes that patients' keys are encrypted under, as 64 hex digits. */
public final class CustodyKeyFile {
  private static final int LENGTH = 32;

  private CustodyKeyFile() {}

  /**
   * Reads the file, or makes it where no key is sealed with it yet.
   *
   * @throws StartRefusedException when there is no file and none may be made
   */
  public static Custody loadOrCreate(Path file, boolean mayMake, SecureRandom random) {
    if (!mayMake && !secret(file).exists()) {
      throw new StartRefusedException(
          ("anchor.consent.custody-key: want the key that patients' keys of this database are"
                  + " sealed with in %s, got no file. Restore it: without it these patients can"
                  + " neither grant nor revoke")
              .formatted(file));
    }
    return custody(file, secret(file).readOrMake(() -> generate(random)), random);
  }

  /** Reads the file; empty when there is none. */
  public static Optional<Custody> load(Path file, SecureRandom random) {
    return secret(file).exists()
        ? Optional.of(custody(file, secret(file).read(), random))
        : Optional.empty();
  }

  private static SecretFile secret(Path file) {
    return new SecretFile("anchor.consent.custody-key", file);
  }

  private static String generate(SecureRandom random) {
    byte[] key = new byte[LENGTH];
    random.nextBytes(key);
    return HexFormat.of().formatHex(key) + "\n";
  }

  private static Custody custody(Path file, String text, SecureRandom random) {
    String hex = text.strip();
    if (hex.length() != 2 * LENGTH) {
      throw new IllegalStateException("anchor.consent.custody-key: want 64 hex digits in " + file);
    }
    try {
      return new Custody(HexFormat.of().parseHex(hex), random);
    } catch (IllegalArgumentException wrong) {
      // Its message would repeat digits of the key.
      throw new IllegalStateException("anchor.consent.custody-key: want 64 hex digits in " + file);
    }
  }
}
