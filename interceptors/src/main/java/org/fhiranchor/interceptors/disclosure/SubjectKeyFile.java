package org.fhiranchor.interceptors.disclosure;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.ledger.secret.SecretFile;
import org.fhiranchor.merkle.SubjectTag;

/** The file with the 32 bytes that tags of patients are made with, as 64 hex digits. */
public final class SubjectKeyFile {
  private static final String SETTING = "anchor.disclosures.subject-key";

  private SubjectKeyFile() {}

  /**
   * Reads the file, or makes it with mode 0600 when the log has no disclosures yet.
   *
   * @throws StartRefusedException when there is no file and none may be made, or it holds no key
   */
  public static SubjectTags open(Path file, boolean mayMake, SecureRandom random) {
    SecretFile secret = new SecretFile(SETTING, file);
    if (!mayMake && !secret.exists()) {
      throw new StartRefusedException(
          "%s: want the key that this log's disclosures were made with in %s, got no file. Restore it, or copy it from another node"
              .formatted(SETTING, file));
    }
    String hex = secret.readOrMake(() -> generate(random)).strip();
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new StartRefusedException("%s: want 64 hex digits in %s".formatted(SETTING, file));
    }
    return new SubjectTags(HexFormat.of().parseHex(hex));
  }

  private static String generate(SecureRandom random) {
    byte[] key = new byte[SubjectTag.KEY_LENGTH];
    random.nextBytes(key);
    return HexFormat.of().formatHex(key) + "\n";
  }
}
