package org.fhiranchor.interceptors.disclosure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.merkle.SubjectTag;

/** The file with the 32 bytes that tags of patients are made with, as 64 hex digits. */
public final class SubjectKeyFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private SubjectKeyFile() {}

  /**
   * Reads the file, or makes it with mode 0600 when the log has no disclosures yet.
   *
   * @throws StartRefusedException when there is no file and none may be made, or it holds no key
   */
  public static SubjectTags open(Path file, boolean mayMake, SecureRandom random) {
    try {
      if (!Files.exists(file)) {
        if (!mayMake) {
          throw new StartRefusedException(
              "anchor.disclosures.subject-key: want the key that this log's disclosures were made"
                  + " with in %s, got no file. Restore it, or copy it from another node"
                      .formatted(file));
        }
        create(file, random);
      }
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("anchor.disclosures.subject-key: cannot use " + file, e);
    }
  }

  private static void create(Path file, SecureRandom random) throws IOException {
    byte[] key = new byte[SubjectTag.KEY_LENGTH];
    random.nextBytes(key);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.createFile(file, OWNER_ONLY);
    Files.writeString(
        file, HexFormat.of().formatHex(key) + "\n", StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static SubjectTags read(Path file) throws IOException {
    String hex = Files.readString(file).strip();
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new StartRefusedException(
          "anchor.disclosures.subject-key: want 64 hex digits in " + file);
    }
    return new SubjectTags(HexFormat.of().parseHex(hex));
  }
}
