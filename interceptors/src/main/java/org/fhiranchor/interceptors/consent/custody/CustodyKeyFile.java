package org.fhiranchor.interceptors.consent.custody;

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
import java.util.Optional;
import java.util.Set;

/** The file with the 32 bytes that patients' keys are encrypted under, as 64 hex digits. */
public final class CustodyKeyFile {
  private static final int LENGTH = 32;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private CustodyKeyFile() {}

  /** Reads the file, or makes it with mode 0600. */
  public static Custody loadOrCreate(Path file, SecureRandom random) {
    try {
      if (!Files.exists(file)) {
        create(file, random);
      }
      return read(file, random);
    } catch (IOException e) {
      throw new UncheckedIOException("custody key: cannot use " + file, e);
    }
  }

  /** Reads the file; empty when there is none. */
  public static Optional<Custody> load(Path file, SecureRandom random) {
    try {
      return Files.exists(file) ? Optional.of(read(file, random)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("custody key: cannot read " + file, e);
    }
  }

  private static void create(Path file, SecureRandom random) throws IOException {
    byte[] key = new byte[LENGTH];
    random.nextBytes(key);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.createFile(file, OWNER_ONLY);
    Files.writeString(
        file, HexFormat.of().formatHex(key) + "\n", StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static Custody read(Path file, SecureRandom random) throws IOException {
    String hex = Files.readString(file).strip();
    if (hex.length() != 2 * LENGTH) {
      throw new IllegalStateException("custody key: want 64 hex digits in " + file);
    }
    try {
      return new Custody(HexFormat.of().parseHex(hex), random);
    } catch (IllegalArgumentException wrong) {
      // Its message would repeat digits of the key.
      throw new IllegalStateException("custody key: want 64 hex digits in " + file);
    }
  }
}
