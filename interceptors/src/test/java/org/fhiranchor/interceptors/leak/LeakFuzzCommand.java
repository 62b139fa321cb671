package org.fhiranchor.interceptors.leak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;

/**
 * Runs the fuzzer on two servers that it starts itself, with what the system properties {@code
 * fuzz.seed} (the first), {@code fuzz.seeds} (how many), {@code fuzz.from}, {@code fuzz.requests}
 * and {@code fuzz.minutes} (both for each) say; {@code fuzz.gate=off} shows what it finds without a
 * gate. Seeds share the servers until a difference, or until these were asked so much that answers
 * grow. Exit status 0 without a finding, 1 with one: a difference, or a server's failure of a kind
 * that is not known.
 */
final class LeakFuzzCommand implements AutoCloseable {
  private static final long MOST_OF_ONE_WORLD = 12_000;

  private TwinWorlds worlds = boot();
  private long askedHere;
  private long asked;

  private LeakFuzzCommand() {}

  /** Entry point. */
  public static void main(String[] none) {
    long first = Long.getLong("fuzz.seed", 1);
    long seeds = Long.getLong("fuzz.seeds", 1);
    boolean clean = true;
    try (LeakFuzzCommand command = new LeakFuzzCommand()) {
      for (long seed = first; seed < first + seeds; seed++) {
        clean &= command.findsNothing(seed);
      }
      System.out.printf(
          "leak fuzz seeds=%d..%d requests=%d %s%n",
          first,
          first + seeds - 1,
          command.asked,
          clean ? "without a difference" : "with findings");
    }
    System.exit(clean ? 0 : 1);
  }

  private static TwinWorlds boot() {
    try {
      return TwinWorlds.boot(
          Files.createTempDirectory("leak-fuzz-with"),
          Files.createTempDirectory("leak-fuzz-without"),
          System.getProperty("fuzz.gate", "on"));
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for a world", e);
    }
  }

  private boolean findsNothing(long seed) {
    if (askedHere >= MOST_OF_ONE_WORLD) {
      anew();
    }
    LeakFuzz fuzz = new LeakFuzz(worlds, seed, LeakFuzz.ENOUGH, System.out::println);
    int found =
        fuzz.run(
                Long.getLong("fuzz.from", 0),
                Long.getLong("fuzz.requests", 2_000),
                Duration.ofMinutes(Long.getLong("fuzz.minutes", 60)))
            .size();
    System.out.print(fuzz.report());
    asked += fuzz.asked();
    askedHere += fuzz.asked();
    boolean alike = found == 0 && fuzz.drift().isEmpty();
    if (!alike) {
      askedHere = MOST_OF_ONE_WORLD;
    }
    return alike && fuzz.serverErrors().isEmpty();
  }

  private void anew() {
    close();
    worlds = boot();
    askedHere = 0;
  }

  @Override
  public void close() {
    worlds.close();
  }
}
