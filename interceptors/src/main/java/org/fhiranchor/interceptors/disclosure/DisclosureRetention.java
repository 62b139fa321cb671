package org.fhiranchor.interceptors.disclosure;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the content of disclosures that are older than they are kept (DIS-8); their leaves and
 * their numbers stay. First a leaf says which will go, at most one a day; an hour later their
 * content goes, in batches. So no accounting is on its way that lacks a content and does not show
 * that leaf. Several nodes may do this at the same time: each step is right if it is done twice.
 */
public final class DisclosureRetention {
  private static final Logger LOG = LoggerFactory.getLogger(DisclosureRetention.class);
  private static final Duration BETWEEN = Duration.ofMinutes(10);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final List<String> CHAIN = List.of(Statement.Retention.CHAIN);

  /** From the leaf to the first content that goes: longer than any answer is on its way. */
  static final Duration SAID_BEFORE = Duration.ofHours(1);

  /** What it works on. */
  public record Parts(
      DisclosureStore store,
      LogStore log,
      ChainRows rows,
      ConfirmedLeaves leaves,
      LogHealth health) {}

  private final Parts parts;
  private final Duration kept;
  private final int batch;
  private final SecureRandom random;
  private final InstantSource clock;
  private final RepeatedTask task;
  private volatile boolean stopping;
  private Instant done = Instant.EPOCH;

  /**
   * A job whose thread is not started yet.
   *
   * @param kept how long contents are kept
   * @param batch most contents that one transaction removes
   */
  public DisclosureRetention(
      Parts parts, Duration kept, int batch, SecureRandom random, InstantSource clock) {
    this.parts = parts;
    this.kept = kept;
    this.batch = batch;
    this.random = random;
    this.clock = clock;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-retention", AFTER_FAILURE, STOP_LIMIT),
            this::run,
            clock);
  }

  /** Starts the thread. */
  public void start() {
    task.start();
  }

  /** Ends the thread after the batch on its way; the next start goes on. */
  public void stop() throws InterruptedException {
    stopping = true;
    task.stop();
  }

  /** How the thread fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  Duration run() {
    if (parts.health().refusal().isEmpty()) {
      try {
        // What waits before what has its place: what is sequenced in between is seen twice.
        Optional<Instant> waiting = waiting();
        Optional<Statement.Retention> said = said();
        said.ifPresent(this::remove);
        say(said.map(Statement.Retention::before), waiting);
      } catch (CorruptLogException contradiction) {
        parts.health().refuse(contradiction);
      }
    }
    return BETWEEN;
  }

  /** The newest leaf that has its place; only what the signed tree holds removes anything. */
  private Optional<Statement.Retention> said() {
    return parts.rows().newest(CHAIN).stream().findFirst().map(this::confirmed);
  }

  private Statement.Retention confirmed(ChainRows.Placed row) {
    parts.leaves().require(row, parts.leaves().head());
    if (row.leaf().statement() instanceof Statement.Retention retention) {
      return retention;
    }
    throw new CorruptLogException("the chain of retention: holds another leaf");
  }

  private Optional<Instant> waiting() {
    return parts.rows().waiting(CHAIN).stream()
        .map(row -> row.leaf().statement())
        .filter(Statement.Retention.class::isInstance)
        .map(statement -> ((Statement.Retention) statement).before())
        .max(Instant::compareTo);
  }

  private void remove(Statement.Retention said) {
    boolean settled = !clock.instant().isBefore(said.recorded().plus(SAID_BEFORE));
    if (!settled || !done.isBefore(said.before())) {
      return;
    }
    Optional<Instant> next = Optional.of(Instant.EPOCH);
    while (next.isPresent() && !stopping) {
      next = parts.store().removeContent(next.get(), said.before(), batch);
      // If we die here the leaf says already what is gone; the rest goes after the next start.
    }
    if (next.isEmpty()) {
      done = said.before();
      LOG.info("contents of old disclosures are removed before={}", done);
    }
  }

  /** Never an earlier instant than was said before: what is gone does not come back. */
  private void say(Optional<Instant> said, Optional<Instant> waiting) {
    Instant before = clock.instant().minus(kept).truncatedTo(ChronoUnit.DAYS);
    boolean known =
        said.filter(one -> !one.isBefore(before)).isPresent()
            || waiting.filter(one -> !one.isBefore(before)).isPresent();
    if (known || !parts.store().anyBetween(said.orElse(Instant.EPOCH), before)) {
      return;
    }
    Statement leaf = new Statement.Retention(clock.instant(), before, Optional.empty());
    parts.log().addPending(new PendingLeaf(leaf, Salt.random(random), ""));
    LOG.info("contents of old disclosures will be removed before={}", before);
  }
}
