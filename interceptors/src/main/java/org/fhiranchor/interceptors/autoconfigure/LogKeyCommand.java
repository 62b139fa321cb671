package org.fhiranchor.interceptors.autoconfigure;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fhiranchor.merkle.LogSigningKey;

/**
 * Behind {@code make log-key}: makes the key of a new log and prints its public half. Arguments are
 * {@code NAME=value}. Exit status 0, or 2 with one line on standard error.
 */
public final class LogKeyCommand {
  private static final Set<String> NAMES = Set.of("FILE", "ORIGIN");
  private static final String DEFAULT_ORIGIN = "localhost/fhir-anchor";

  private LogKeyCommand() {}

  /** Entry point. */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), new SecureRandom(), System.out, System.err));
  }

  static int run(List<String> arguments, SecureRandom random, PrintStream out, PrintStream err) {
    try {
      Map<String, String> given = given(arguments);
      Path file = Path.of(given.getOrDefault("FILE", ""));
      if (file.toString().isEmpty()) {
        throw new IllegalArgumentException("want FILE=path, got none");
      }
      LogSigningKey key =
          LogSigningKey.generate(given.getOrDefault("ORIGIN", DEFAULT_ORIGIN), random);
      LogKeyFile.create(file, key);
      out.println(key.verifierKey());
      return 0;
    } catch (FileAlreadyExistsException there) {
      err.println("log-key: " + there.getFile() + " is there already and is not replaced");
    } catch (IllegalArgumentException | UncheckedIOException e) {
      err.println("log-key: " + e.getMessage());
    }
    return 2;
  }

  private static Map<String, String> given(List<String> arguments) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      if (parts.length != 2 || !NAMES.contains(parts[0])) {
        throw new IllegalArgumentException("want FILE=path [ORIGIN=name], got " + argument);
      }
      if (!parts[1].isBlank()) {
        given.put(parts[0], parts[1].strip());
      }
    }
    return given;
  }
}
