package org.fhiranchor.interceptors.erasure;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.fhiranchor.merkle.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what was on its way when an erasure ended: disclosures of requests that began before, and
 * were recorded afterwards, by whichever node; and kept searches that were not done yet. A leaf
 * names the contents first, as the erasure does, and exports made meanwhile go with them. Several
 * nodes may do this at the same time: each step is right if it is done twice.
 */
public final class LateDisclosures {
  private static final Logger LOG = LoggerFactory.getLogger(LateDisclosures.class);
  private static final Duration BETWEEN = Duration.ofMinutes(2);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  /** Longer than any request takes. */
  private static final Duration LOOKED_BACK = Duration.ofDays(1);

  private final Erasure.Parts parts;
  private final ErasureLeaves leaves;
  private final InstantSource clock;
  private final RepeatedTask task;
  private Instant looked = Instant.EPOCH;

  /** A job whose thread is not started yet; its first run looks at all erasures there were. */
  public LateDisclosures(Erasure.Parts parts, SecureRandom random, InstantSource clock) {
    this.parts = parts;
    this.leaves = new ErasureLeaves(parts, random, clock);
    this.clock = clock;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-erasures", AFTER_FAILURE, STOP_LIMIT), this::run, clock);
  }

  /** Starts the thread. */
  public void start() {
    task.start();
  }

  /** Ends the thread; the next start goes on. */
  public void stop() throws InterruptedException {
    task.stop();
  }

  /** How the thread fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  private Duration run() {
    Instant now = clock.instant();
    parts.tombstones().refresh();
    List<Tombstones.Ended> ended = parts.tombstones().endedSince(looked.minus(LOOKED_BACK));
    parts.rows().withContents(ended).forEach(this::take);
    ended.stream()
        .map(Tombstones.Ended::at)
        .max(Instant::compareTo)
        .ifPresent(newest -> parts.rows().eraseSearches(newest));
    looked = now;
    return BETWEEN;
  }

  private void take(Tombstones.Ended one) {
    leaves.awaitPlaces(List.of(Statement.Disclosure.chainOf(one.subject())));
    List<Long> late = parts.rows().contents(one.subject(), Optional.of(one.at()));
    leaves.nameContents(one.tag(), late);
    // If we die here, they are named and still there; the next run destroys them.
    parts
        .hapi()
        .inTransaction(
            () -> {
              parts.rows().eraseContents(one.subject(), leaves.namedContents());
              if (!late.isEmpty()) {
                parts.rows().eraseExports();
              }
              return true;
            });
    // If we die here, the folders of exports without a row go at the next tidying.
    if (!late.isEmpty()) {
      parts.exportsGone().run();
    }
    LOG.info("disclosures that ended after an erasure are erased count={}", late.size());
  }
}
