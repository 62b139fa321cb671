package org.fhiranchor.interceptors.consent.following;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.fhiranchor.merkle.Statement;

/**
 * Brings this node's index up to what all nodes record (FOL-2), by a look every 50 ms on a thread
 * of its own: a ledger that does not answer does not delay it. While a look fails nothing governed
 * is decided here, as when the ledger is away (CG-6).
 */
public final class ChangeFollowing {
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final ChangeFollower follower;
  private final ConsentIndexLoader loader;
  private final SamePerson people;
  private final Clock clock;
  private final RepeatedTask task;
  private volatile boolean loaded;
  private volatile Optional<Instant> asOf = Optional.empty();
  private volatile Optional<String> trouble = Optional.empty();

  /** A loop that is not started yet. */
  public ChangeFollowing(
      RecordedChanges changes, ConsentIndexLoader loader, SamePerson people, Clock clock) {
    this.follower = new ChangeFollower(changes);
    this.loader = loader;
    this.people = people;
    this.clock = clock;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-changes", PACE, STOP_LIMIT), this::run, clock);
  }

  /** Starts the thread. It does nothing until the index is loaded. */
  public void start() {
    task.start();
  }

  /** Ends the thread. */
  public void stop() throws InterruptedException {
    task.stop();
  }

  /** How the thread fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  /**
   * All that was committed before this instant is in the index; empty until that is so for the
   * first time. For health.
   */
  public Optional<Instant> asOf() {
    return asOf;
  }

  /** Why the newest look failed; empty when it did not. For health. */
  public Optional<String> trouble() {
    return trouble;
  }

  /** Whoever loads the index calls this before: what is committed later is heard here. */
  void begin() {
    if (!loaded) {
      follower.begin();
    }
  }

  /** The index holds what was committed before {@link #begin}. */
  void loaded() {
    loaded = true;
  }

  /** A list that takes long to read is read less often. */
  private Duration run() {
    if (!loaded) {
      return PACE;
    }
    long start = System.nanoTime();
    look();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return took.compareTo(PACE) > 0 ? took : PACE;
  }

  private void look() {
    Instant before = clock.instant();
    boolean heard = false;
    Optional<String> wrong = Optional.of("changes of other nodes cannot be read");
    try {
      follower.step(this::recorded);
      heard = true;
      wrong = Optional.empty();
    } catch (CorruptLogException contradiction) {
      wrong = Optional.of("the list of changes contradicts itself: " + contradiction.getMessage());
      throw contradiction;
    } finally {
      if (!heard) {
        loader.unheard();
      }
      trouble = wrong;
    }
    loader.heard(before);
    asOf = Optional.of(before);
  }

  private void recorded(Collection<Statement> statements) {
    people.recorded(statements);
    loader.recorded(statements);
  }
}
