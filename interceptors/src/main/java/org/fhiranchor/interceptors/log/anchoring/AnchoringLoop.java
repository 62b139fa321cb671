package org.fhiranchor.interceptors.log.anchoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.anchoring.Anchorer;
import org.fhiranchor.ledger.anchoring.LogStanding;
import org.fhiranchor.ledger.anchoring.StepOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps the anchorer: once an interval, and quicker while an anchor is on its way. */
public final class AnchoringLoop {
  private static final Logger LOG = LoggerFactory.getLogger(AnchoringLoop.class);
  private static final Duration WHILE_WAITING = Duration.ofMillis(500);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final Anchorer anchorer;
  private final LogHealth health;
  private final Duration interval;
  private final Timer timer;
  private final RepeatedTask task;
  private volatile Optional<StepOutcome> last = Optional.empty();

  /** A loop that is not started yet. */
  public AnchoringLoop(
      Anchorer anchorer, LogHealth health, Duration interval, MeterRegistry meters) {
    this.anchorer = anchorer;
    this.health = health;
    this.interval = interval;
    this.timer =
        Timer.builder("anchor.anchoring")
            .description("One step of the anchorer, ledger requests included")
            .register(meters);
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-anchorer", interval, STOP_LIMIT),
            this::step,
            InstantSource.system());
  }

  /**
   * Compares log and ledger (TX-5), then starts the thread. A ledger that does not answer is no
   * reason not to start: sequencing goes on, and the comparison is made before the first anchor.
   */
  public void start() {
    try {
      anchorer.contradiction().ifPresent(this::refuse);
    } catch (LedgerUnavailableException | LedgerRejectedException away) {
      LOG.warn("the ledger does not answer, anchoring waits for it", away);
    } catch (CorruptLogException contradiction) {
      health.refuse(contradiction);
    }
    task.start();
  }

  /** Ends the thread; an anchor on its way is followed by whoever starts next. */
  public void stop() throws InterruptedException {
    task.stop();
  }

  /** How the thread fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  /** What the latest step came to. */
  public Optional<StepOutcome> last() {
    return last;
  }

  private Duration step() {
    StepOutcome outcome = timer.record(anchorer::step);
    return outcome == null ? interval : after(outcome);
  }

  private Duration after(StepOutcome outcome) {
    Optional<StepOutcome> before = last;
    last = Optional.of(outcome);
    LOG.debug("anchoring step outcome={}", outcome.getClass().getSimpleName());
    boolean still =
        outcome instanceof StepOutcome.Stuck
            && before.filter(StepOutcome.Stuck.class::isInstance).isPresent();
    if (!still && before.filter(outcome::equals).isEmpty()) {
      log(outcome);
    }
    if (outcome instanceof StepOutcome.Waiting || outcome instanceof StepOutcome.Anchored) {
      before.ifPresent(AnchoringLoop::logLost);
    }
    if (before.filter(StepOutcome.Away.class::isInstance).isPresent()
        && !(outcome instanceof StepOutcome.Away)) {
      // A ledger that comes back may not be the one that went.
      anchorer.contradiction().ifPresent(this::refuse);
    }
    boolean soon =
        outcome instanceof StepOutcome.Waiting
            || outcome instanceof StepOutcome.Superseded
            || outcome instanceof StepOutcome.Doubted
            || outcome instanceof StepOutcome.Overtaken;
    return soon && WHILE_WAITING.compareTo(interval) < 0 ? WHILE_WAITING : interval;
  }

  /** What was doubted a step ago, and is acted upon now. */
  private static void logLost(StepOutcome before) {
    if (before instanceof StepOutcome.Doubted doubted) {
      LOG.warn("ledger lost: {}", doubted.standing().message());
    }
  }

  private void log(StepOutcome outcome) {
    if (outcome instanceof StepOutcome.Anchored done) {
      LOG.info(
          "checkpoint anchored size={} block={}",
          done.anchor().call().size(),
          done.anchor().mined().map(mined -> mined.block().number()).orElse(-1L));
    } else if (outcome instanceof StepOutcome.Stuck stuck) {
      LOG.warn("anchor waits for too long waited={}", stuck.waited());
    } else if (outcome instanceof StepOutcome.Refused refused) {
      LOG.warn("anchor refused reason={} {}", refused.reason(), refused.message());
    } else if (outcome instanceof StepOutcome.Away away) {
      LOG.warn("ledger away, will try again {}", away.message());
    } else if (outcome instanceof StepOutcome.Halted halted) {
      refuse(halted.standing());
    } else if (outcome instanceof StepOutcome.Doubted doubted) {
      LOG.warn("ledger asked again before this is believed: {}", doubted.standing().message());
    } else if (outcome instanceof StepOutcome.Superseded superseded) {
      LOG.info("anchor superseded size={}", superseded.anchor().call().size());
    }
  }

  private void refuse(LogStanding standing) {
    LOG.error("log refused: {}", standing.message());
    health.refuse(standing.message());
  }
}
