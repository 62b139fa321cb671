package org.fhiranchor.interceptors.leak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Runs the fuzzer on two servers that it starts itself, with what the system properties {@code
 * fuzz.seed}, {@code fuzz.from}, {@code fuzz.requests} and {@code fuzz.minutes} say; {@code
 * fuzz.gate=off} shows what it finds without a gate. Exit status 0 without a difference, 1 with
 * one.
 */
final class LeakFuzzCommand {
  private LeakFuzzCommand() {}

  /** Entry point. */
  public static void main(String[] none) throws IOException {
    Path with = Files.createTempDirectory("leak-fuzz-with");
    Path without = Files.createTempDirectory("leak-fuzz-without");
    boolean clean;
    String gate = System.getProperty("fuzz.gate", "on");
    try (TwinWorlds worlds = TwinWorlds.boot(with, without, gate)) {
      LeakFuzz fuzz = new LeakFuzz(
              worlds, Long.getLong("fuzz.seed", 1), LeakFuzz.ENOUGH, System.out::println);
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
