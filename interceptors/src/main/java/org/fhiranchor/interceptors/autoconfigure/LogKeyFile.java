package org.fhiranchor.interceptors.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import org.fhiranchor.merkle.LogSigningKey;

/** The log's signing key in its file; made on the first start in embedded mode. */
final class LogKeyFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private LogKeyFile() {}

  static LogSigningKey open(AnchorSettings settings, SecureRandom random) {
    Path file = settings.log().signingKey();
    try {
      if (!Files.exists(file) && settings.ledger() instanceof AnchorSettings.EmbeddedLedger) {
        create(file, LogSigningKey.generate(settings.log().origin(), random));
      }
      return named(LogSigningKey.parse(Files.readString(file).strip()), settings, file);
    } catch (IOException e) {
      throw new UncheckedIOException("anchor.log.signing-key: cannot read " + file, e);
    }
  }

  private static void create(Path file, LogSigningKey key) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.createFile(file, OWNER_ONLY);
    Files.writeString(file, key.encode() + "\n", StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static LogSigningKey named(LogSigningKey key, AnchorSettings settings, Path file) {
    String origin = settings.log().origin();
    if (!key.verifierKey().name().equals(origin)) {
      throw new IllegalStateException(
          "anchor.log.origin: want "
              + key.verifierKey().name()
              + " as in "
              + file
              + ", got "
              + origin);
    }
    return key;
  }
}
