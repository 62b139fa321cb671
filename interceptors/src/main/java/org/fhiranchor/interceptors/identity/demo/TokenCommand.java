package org.fhiranchor.interceptors.identity.demo;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Behind {@code make token}: prints a demo token, and nothing else, on standard output. Arguments
 * are {@code NAME=value}; an empty value counts as absent, and who is named by no ROLE and no
 * PATIENT is a practitioner. Exit status 0, or 2 with one line on standard error.
 */
public final class TokenCommand {
  private static final Set<String> NAMES =
      Set.of("ROLE", "PATIENT", "PURPOSE", "ORG", "SUBJECT", "TTL", "DATA");

  private TokenCommand() {}

  /** Entry point. */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), Clock.systemUTC(), System.out, System.err));
  }

  static int run(List<String> arguments, Clock clock, PrintStream out, PrintStream err) {
    try {
      Map<String, String> given = given(arguments);
      DemoToken token = token(given);
      Path data = Path.of(given.getOrDefault("DATA", "data"));
      out.println(EmbeddedIssuer.existing(data, clock).mint(token));
      return 0;
    } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
      err.println("token: " + e.getMessage());
      return 2;
    }
  }

  private static Map<String, String> given(List<String> arguments) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      if (parts.length != 2 || !NAMES.contains(parts[0])) {
        throw new IllegalArgumentException(
            "want ROLE=%s [PATIENT=id] [PURPOSE=TREAT] [ORG=id] [SUBJECT=id] [TTL=seconds] [DATA=folder], got %s"
                .formatted(DemoRole.names(), argument));
      }
      if (!parts[1].isBlank()) {
        given.put(parts[0], parts[1].strip());
      }
    }
    return given;
  }

  private static DemoToken token(Map<String, String> given) {
    Optional<String> patient = Optional.ofNullable(given.get("PATIENT"));
    DemoRole role = role(Optional.ofNullable(given.get("ROLE")), patient);
    DemoToken usual =
        role == DemoRole.PATIENT ? DemoToken.patient(patient.orElse("")) : DemoToken.of(role);
    return new DemoToken(
        role,
        given.getOrDefault("SUBJECT", usual.subject()),
        patient,
        Optional.ofNullable(given.get("ORG")),
        Optional.ofNullable(given.get("PURPOSE")).map(TokenCommand::codes).orElse(usual.purposes()),
        Optional.ofNullable(given.get("TTL")).map(TokenCommand::seconds).orElse(usual.lifetime()));
  }

  /**
   * With a patient, a default would be a guess: theirs, or of somebody who has their record open.
   */
  private static DemoRole role(Optional<String> name, Optional<String> patient) {
    if (name.isEmpty() && patient.isPresent()) {
      throw new IllegalArgumentException(
          "ROLE: want ROLE=patient for the token of Patient/%s, or ROLE=practitioner for somebody's who has that record open, got none"
              .formatted(patient.get()));
    }
    String role = name.orElse("practitioner");
    return DemoRole.named(role)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "ROLE: want %s, got %s".formatted(DemoRole.names(), role)));
  }

  private static List<String> codes(String text) {
    return List.of(text.split("[, ]+"));
  }

  private static Duration seconds(String text) {
    try {
      return Duration.ofSeconds(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("TTL: want seconds, got " + text, e);
    }
  }
}
