package org.fhiranchor.interceptors.leak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Runs the fuzzer with what the system properties {@code fuzz.seed}, {@code fuzz.from}, {@code
 * fuzz.requests} and {@code fuzz.minutes} say, on two servers that it starts itself. Exit status 0
 * without a difference, 1 with one.
 */
final class LeakFuzzCommand {
  private LeakFuzzCommand() {}

  /** Entry point. */
  public static void main(String[] none) throws IOException {
    Path with = Files.createTempDirectory("leak-fuzz-with");
    Path without = Files.createTempDirectory("leak-fuzz-without");
    boolean clean;
    try (TwinWorlds worlds = TwinWorlds.boot(with, without)) {
      LeakFuzz fuzz = new LeakFuzz(worlds, Long.getLong("fuzz.seed", 1), System.out::println);
      int found =
          fuzz.run(
                  Long.getLong("fuzz.from", 0),
                  Long.getLong("fuzz.requests", 2_000),
                  Duration.ofMinutes(Long.getLong("fuzz.minutes", 60)))
              .size();
      System.out.print(fuzz.report());
      clean = found == 0 && fuzz.drift().isEmpty();
    }
    System.exit(clean ? 0 : 1);
  }
}
