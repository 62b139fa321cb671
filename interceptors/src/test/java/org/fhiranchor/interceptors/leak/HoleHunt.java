package org.fhiranchor.interceptors.leak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.leak.LeakFuzz.Found;

/**
 * Lets the fuzzer look for one hole after the other. Both worlds run on after a hole was closed,
 * unless what was asked through it left something behind.
 */
final class HoleHunt implements AutoCloseable {
  private static final Duration A_WHILE = Duration.ofSeconds(10);

  private final Path project;
  private final long seed;
  private final long first;
  private Optional<TwinWorlds> running = Optional.empty();

  /** Looks from the request with the number {@code first} of this seed on. */
  HoleHunt(Path project, long seed, long first) {
    this.project = project;
    this.seed = seed;
    this.first = first;
  }

  /**
   * What became of a hole.
   *
   * @param found a request that differs with the hole and not without it
   * @param asked requests until it was found, or until the fuzzer gave up
   */
  record Caught(Hole hole, Optional<Found> found, long asked) {
    private String told(Found one) {
      return hole.deliveries()
          ? "what subscriptions send"
          : "`" + one.smallest().line().replace("|", "\\|") + "`";
    }

    /** A row of a table. */
    String row() {
      return "| %s | %s | %s | %s | %s |"
          .formatted(
              hole.name(),
              hole.rule(),
              hole.section(),
              found.isPresent() ? Long.toString(asked) : "not in " + asked,
              found.map(this::told).orElse(""));
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

  /** Asks until a request tells of the hole; what differs for another reason is passed over. */
  Caught in(Hole hole, long requests, Duration atMost) {
    if (hole.deliveries()) {
      return inDeliveries(hole);
    }
    Instant end = Instant.now().plus(atMost);
    long asked = 0;
    while (asked < requests && Instant.now().isBefore(end)) {
      long from = first + asked;
      long left = requests - asked;
      LeakFuzz fuzz = new LeakFuzz(worlds(), seed, 1, line -> {});
      List<Found> found =
          throughHole(hole, worlds -> fuzz.run(from, left, Duration.between(Instant.now(), end)));
      asked += fuzz.asked();
      if (!found.isEmpty() && isOfHole(hole, found.get(0))) {
        return new Caught(hole, Optional.of(found.get(0)), asked);
      }
      leaveInOrder(fuzz.drift().isEmpty());
    }
    return new Caught(hole, Optional.empty(), asked);
  }

  /** What is sent must differ with the hole, and not without it. */
  private Caught inDeliveries(Hole hole) {
    String sent = throughHole(hole, TwinWorlds::deliveredInOne);
    boolean told = !sent.isEmpty() && worlds().deliveredInOne().isEmpty();
    leaveInOrder(told);
    Found found = new Found(0, JournalComparison.NO_REQUEST, true, sent);
    return new Caught(hole, Optional.of(found).filter(any -> told), 0);
  }

  private <T> T throughHole(Hole hole, Function<TwinWorlds, T> ask) {
    TwinWorlds worlds = worlds();
    OpenedHole open = new OpenedHole(hole, project);
    try {
      worlds.allowMatchUrls(hole.matchUrls());
      worlds.renewTokens();
      return ask.apply(worlds);
    } finally {
      open.close();
      worlds.allowMatchUrls(false);
      worlds.renewTokens();
    }
  }

  /** It must not differ without the hole: in these worlds, or else in new ones. */
  private boolean isOfHole(Hole hole, Found found) {
    boolean differs = differ(worlds(), found);
    leaveInOrder(!differs);
    if (found.repeats() && !differs) {
      return true;
    }
    close();
    boolean holed = throughHole(hole, worlds -> differ(worlds, found));
    leaveInOrder(true);
    return holed && !differ(worlds(), found);
  }

  /** What was drawn, or the smallest of it. */
  private boolean differ(TwinWorlds worlds, Found found) {
    worlds.restore();
    return Stream.of(found.smallest(), RequestGrammar.draw(seed, found.number()))
        .anyMatch(request -> worlds.ask(request).differ());
  }

  /** New worlds for the next where a request changed one of these alone. */
  private void leaveInOrder(boolean asFarAsKnown) {
    worlds().restore();
    if (!asFarAsKnown || !worlds().drift(A_WHILE).isEmpty()) {
      close();
    }
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
