package org.fhiranchor.interceptors.consent.following;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.consent.ConsentFollower;
import org.fhiranchor.ledger.consent.Cursor;
import org.fhiranchor.ledger.consent.FollowOutcome;
import org.fhiranchor.ledger.consent.Followed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the ledger on this node: loads the index once, then steps the follower for good. */
public final class ConsentFollowing {
  private static final Logger LOG = LoggerFactory.getLogger(ConsentFollowing.class);
  private static final Duration WHILE_AWAITED = Duration.ofMillis(50);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final ConsentFollower follower;
  private final ConsentIndexLoader loader;
  private final ConsentCatchUp catchUp;
  private final StateRecheck recheck;
  private final EvidenceRecheck evidence;
  private final Pace pace;
  private final AtomicInteger waiting = new AtomicInteger();
  private final RepeatedTask task;
  private volatile CountDownLatch stepped = new CountDownLatch(1);
  private volatile boolean stopped;
  private boolean loaded;
  private long recheckAt = System.nanoTime();
  private String trouble = "";

  /**
   * How often.
   *
   * @param poll time between two looks at the ledger
   * @param recheck time between two looks at stored rows
   */
  public record Pace(Duration poll, Duration recheck) {}

  /** What the loop works on. */
  public record Parts(
      ConsentFollower follower,
      ConsentIndexLoader loader,
      ConsentStates states,
      SamePerson people,
      ChangeFollowing changes,
      StateRecheck recheck,
      EvidenceRecheck evidence) {}

  /** A loop that is not started yet. */
  public ConsentFollowing(Parts parts, Pace pace) {
    this.follower = parts.follower();
    this.loader = parts.loader();
    this.recheck = parts.recheck();
    this.evidence = parts.evidence();
    this.catchUp =
        new ConsentCatchUp(
            parts.loader(), parts.states(), parts.people(), parts.changes(), parts.recheck());
    this.pace = pace;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-consents", pace.poll(), STOP_LIMIT),
            this::run,
            InstantSource.system());
  }

  /** Starts the thread. */
  public void start() {
    task.start();
  }

  /** Ends the thread. */
  public void stop() throws InterruptedException {
    stopped = true;
    task.stop();
  }

  /** How the thread fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  /** How far this node has come; empty until it has caught up once. For health (CG-6). */
  public Optional<Followed> followed() {
    return follower.followed();
  }

  /** What is wrong with the ledger's answers; empty when nothing is. For health (FOL-7). */
  public Optional<String> trouble() {
    return follower.trouble();
  }

  /**
   * Waits until something is so, looking after each step, which come quickly meanwhile.
   *
   * @return whether it is so
   */
  public boolean await(BooleanSupplier reached, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean done = reached.getAsBoolean();
    while (!done && deadline - System.nanoTime() > 0 && awaitStep(deadline - System.nanoTime())) {
      done = reached.getAsBoolean();
    }
    return done;
  }

  private boolean awaitStep(long nanos) {
    CountDownLatch next = stepped;
    waiting.incrementAndGet();
    try {
      task.wake();
      next.await(nanos, TimeUnit.NANOSECONDS);
      return !stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      waiting.decrementAndGet();
    }
  }

  private Duration run() {
    boolean again;
    try {
      again = step();
    } finally {
      tellWhoWaits();
    }
    Duration wait = waiting.get() > 0 ? WHILE_AWAITED : pace.poll();
    return again ? Duration.ZERO : wait;
  }

  private void tellWhoWaits() {
    CountDownLatch done = stepped;
    stepped = new CountDownLatch(1);
    done.countDown();
  }

  private boolean step() {
    try {
      return follow();
    } catch (LedgerUnavailableException away) {
      say("the ledger does not answer, consents wait for it");
      return false;
    }
  }

  private boolean follow() {
    if (!loaded) {
      catchUp.load();
      loaded = true;
    }
    FollowOutcome outcome = follower.step();
    catchUp.run(follower.cursor());
    recheck();
    log(outcome);
    if (outcome instanceof FollowOutcome.CaughtUp caughtUp) {
      loader.followed(caughtUp.followed());
      return false;
    }
    return !(outcome instanceof FollowOutcome.Away)
        && !(outcome instanceof FollowOutcome.Incomplete);
  }

  private void recheck() {
    if (System.nanoTime() - recheckAt < 0) {
      return;
    }
    recheckAt = System.nanoTime() + pace.recheck().toNanos();
    evidence.next();
    Optional<Cursor> at = follower.cursor();
    if (at.isPresent()) {
      recheck.next(at.get());
      catchUp.run(at);
    }
  }

  private void log(FollowOutcome outcome) {
    if (outcome instanceof FollowOutcome.CaughtUp caughtUp) {
      caughtUp
          .changes()
          .forEach(
              change ->
                  LOG.debug(
                      "consent event block={} consent={}",
                      change.place().block().number(),
                      change.key().id()));
      say("");
    } else if (outcome instanceof FollowOutcome.Unwound unwound) {
      LOG.warn("ledger reorganised, consents unwound from={}", unwound.from());
    } else if (outcome instanceof FollowOutcome.Incomplete incomplete) {
      say("consents not followed completely, will ask again: " + incomplete.message());
    } else if (outcome instanceof FollowOutcome.Away away) {
      say("consents not followed, will try again: " + away.message());
    }
  }

  /** Once for each trouble, not once for each step. */
  private void say(String now) {
    if (!now.isEmpty() && !now.equals(trouble)) {
      LOG.warn("{}", now);
    }
    trouble = now;
  }
}
