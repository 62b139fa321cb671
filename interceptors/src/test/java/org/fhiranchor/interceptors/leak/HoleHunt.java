package org.fhiranchor.interceptors.leak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.leak.LeakFuzz.Found;

/**
 * Lets the fuzzer look for one hole after the other. Both worlds run on after a hole was closed,
 * unless what was asked through it left something behind.
 */
final class HoleHunt implements AutoCloseable {
  /** With these, nothing must differ after a hole was closed. */
  private static final int AFTERWARDS = 25;

  private static final long OTHER_SEED = 77;

  private final Path project;
  private final long seed;
  private Optional<TwinWorlds> running = Optional.empty();

  HoleHunt(Path project, long seed) {
    this.project = project;
    this.seed = seed;
  }

  /**
   * What became of a hole.
   *
   * @param asked requests until it was found, or until the fuzzer gave up
   * @param closed whether the request shows nothing once the hole is closed
   * @param stopped why the fuzzer stopped before the number of requests, empty when it did not
   */
  record Caught(Hole hole, Optional<Found> found, long asked, boolean closed, String stopped) {
    boolean isCaught() {
      return found.isPresent() && closed;
    }

    /** A row of a table. */
    String row() {
      String smallest = found.map(one -> one.smallest().line()).orElse(stopped);
      String many = found.isPresent() ? Long.toString(asked) : "not in " + asked;
      String sure = found.filter(one -> !one.repeats()).isPresent() ? " (seen once)" : "";
      return "| %s | %s | %s | %s | `%s`%s%s |"
          .formatted(
              hole.name(),
              hole.rule(),
              hole.section(),
              many,
              smallest.replace("|", "\\|"),
              sure,
              closed ? "" : " (differs without the hole too)");
    }
  }

  /** Whether the whole gate tells nothing to as many requests; says what it tells. */
  boolean findsNothing(long requests, Duration atMost) {
    LeakFuzz fuzz = new LeakFuzz(worlds(), seed, LeakFuzz.ENOUGH, line -> {});
    boolean nothing = fuzz.run(0, requests, atMost).isEmpty() && fuzz.drift().isEmpty();
    System.out.println(nothing ? fuzz.summary() : fuzz.report());
    if (!nothing) {
      close();
    }
    return nothing;
  }

  Caught in(Hole hole, long requests, Duration atMost) {
    TwinWorlds worlds = worlds();
    LeakFuzz fuzz = new LeakFuzz(worlds, seed, 1, line -> {});
    List<Found> found;
    try (OpenedHole open = new OpenedHole(hole, project)) {
      worlds.renewTokens();
      found = fuzz.run(0, requests, atMost);
    }
    worlds.renewTokens();
    return new Caught(
        hole, found.stream().findFirst(), fuzz.asked(), isClosed(worlds, found), fuzz.drift());
  }

  /** Asks again without the hole, of new worlds where these were left in disorder. */
  private boolean isClosed(TwinWorlds worlds, List<Found> found) {
    if (isInOrder(worlds, found)) {
      return true;
    }
    close();
    return isInOrder(worlds(), found);
  }

  private boolean isInOrder(TwinWorlds worlds, List<Found> found) {
    worlds.restoreAll();
    boolean same = found.stream().noneMatch(one -> worlds.ask(one.smallest()).differ());
    LeakFuzz whole = new LeakFuzz(worlds, OTHER_SEED, 1, line -> {});
    return same
        && whole.run(0, AFTERWARDS, Duration.ofMinutes(5)).isEmpty()
        && whole.drift().isEmpty();
  }

  private TwinWorlds worlds() {
    if (running.isEmpty()) {
      try {
        running =
            Optional.of(
                TwinWorlds.boot(
                    Files.createTempDirectory("leak-holes-with"),
                    Files.createTempDirectory("leak-holes-without"),
                    "on"));
      } catch (IOException e) {
        throw new UncheckedIOException("no folder for a world", e);
      }
    }
    return running.get();
  }

  @Override
  public void close() {
    running.ifPresent(TwinWorlds::close);
    running = Optional.empty();
  }
}
