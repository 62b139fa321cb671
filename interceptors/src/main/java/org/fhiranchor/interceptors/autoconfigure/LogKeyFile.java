package org.fhiranchor.interceptors.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.ledger.secret.SecretFile;
import org.fhiranchor.merkle.LogSigningKey;

/**
 * The log's signing key in its file. It is made on the very first start in embedded mode and never
 * again: a second key would be another log (KEYS-1).
 */
final class LogKeyFile {
  private LogKeyFile() {}

  /**
   * Refuses a start that could not open the key, before anything else is made.
   *
   * @throws LogKeyMissingException when there is no key and the data folder has traces of a log
   */
  static void check(AnchorSettings settings) {
    check(settings, () -> false);
  }

  /** The same, where it can be known already whether the database carries a log. */
  static void check(AnchorSettings settings, BooleanSupplier logInDatabase) {
    if (!Files.exists(settings.log().signingKey()) && !mayMake(settings, logInDatabase)) {
      throw missing(settings);
    }
  }

  /** Reads the key, which must be there. */
  static LogSigningKey read(AnchorSettings settings) {
    return parsed(secret(settings.log().signingKey()).read(), settings);
  }

  /**
   * Reads the key, or makes it on the very first start.
   *
   * @param logInDatabase whether the database carries a log already
   * @throws LogKeyMissingException when there is no key and none may be made
   */
  static LogSigningKey open(
      AnchorSettings settings, SecureRandom random, BooleanSupplier logInDatabase) {
    SecretFile file = secret(settings.log().signingKey());
    if (!file.exists() && !mayMake(settings, logInDatabase)) {
      throw missing(settings);
    }
    return parsed(
        file.readOrMake(() -> text(LogSigningKey.generate(settings.log().origin(), random))),
        settings);
  }

  /** Writes a new file; one that is there is never replaced. */
  static void create(Path file, LogSigningKey key) throws FileAlreadyExistsException {
    secret(file).create(text(key));
  }

  private static SecretFile secret(Path file) {
    return new SecretFile("anchor.log.signing-key", file);
  }

  private static String text(LogSigningKey key) {
    return key.encode() + "\n";
  }

  private static boolean mayMake(AnchorSettings settings, BooleanSupplier logInDatabase) {
    return settings.ledger() instanceof AnchorSettings.EmbeddedLedger
        && !hasTraces(settings.data())
        && !logInDatabase.getAsBoolean();
  }

  /**
   * What a log leaves beside its key: its newest head, and the embedded chain it is anchored on.
   */
  private static boolean hasTraces(Path data) {
    if (!Files.isDirectory(data)) {
      return false;
    }
    try (Stream<Path> files = Files.list(data)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .anyMatch(name -> name.startsWith("log-head-") || name.equals("ledger-mnemonic"));
    } catch (IOException e) {
      throw new UncheckedIOException("anchor.data: cannot read " + data, e);
    }
  }

  private static LogKeyMissingException missing(AnchorSettings settings) {
    return new LogKeyMissingException(settings.log().signingKey(), settings.log().origin());
  }

  private static LogSigningKey parsed(String text, AnchorSettings settings) {
    LogSigningKey key = LogSigningKey.parse(text.strip());
    String origin = settings.log().origin();
    if (!key.verifierKey().name().equals(origin)) {
      throw new StartRefusedException(
          "anchor.log.origin: want "
              + key.verifierKey().name()
              + " as in "
              + settings.log().signingKey()
              + ", got "
              + origin);
    }
    return key;
  }
}
