package org.fhiranchor.interceptors.leak;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/**
 * Runs the fuzzer on two servers that it starts itself, anew for each seed, with what the system
 * properties {@code fuzz.seed} (the first), {@code fuzz.seeds} (how many), {@code fuzz.from},
 * {@code fuzz.requests} and {@code fuzz.minutes} (both for each) say; {@code fuzz.gate=off} shows
 * what it finds without a gate. Exit status 0 without a difference, 1 with one.
 */
final class LeakFuzzCommand {
  private LeakFuzzCommand() {}

  /** Entry point. */
  public static void main(String[] none) throws IOException {
    long first = Long.getLong("fuzz.seed", 1);
    long seeds = Long.getLong("fuzz.seeds", 1);
    long asked = 0;
    boolean clean = true;
    for (long seed = first; seed < first + seeds; seed++) {
      try (TwinWorlds worlds =
          TwinWorlds.boot(
              Files.createTempDirectory("leak-fuzz-with"),
              Files.createTempDirectory("leak-fuzz-without"),
              System.getProperty("fuzz.gate", "on"))) {
        LeakFuzz fuzz = new LeakFuzz(worlds, seed, LeakFuzz.ENOUGH, System.out::println);
        clean &= findsNothing(fuzz);
        asked += fuzz.asked();
      }
    }
    System.out.printf(
        "leak fuzz seeds=%d..%d requests=%d %s%n",
        first, first + seeds - 1, asked, clean ? "without a difference" : "with differences");
    System.exit(clean ? 0 : 1);
  }

  private static boolean findsNothing(LeakFuzz fuzz) {
    int found =
        fuzz.run(
                Long.getLong("fuzz.from", 0),
                Long.getLong("fuzz.requests", 2_000),
                Duration.ofMinutes(Long.getLong("fuzz.minutes", 60)))
            .size();
    System.out.print(fuzz.report());
    return found == 0 && fuzz.drift().isEmpty();
  }
}
