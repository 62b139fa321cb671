package org.fhiranchor.interceptors.log;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.fhiranchor.merkle.SignedCheckpoint;

/**
 * Tells this node the largest head that any node kept, and the others its own (CP-3): a database
 * that was set back is noticed also by a node that was not there, or whose data folder is new.
 */
public final class HeadExchange {
  /** The window in which a head that another node signed is not known here. */
  private static final Duration BETWEEN = Duration.ofSeconds(30);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

  private final KeptHead kept;
  private final NewestHead newest;
  private final Sequencer sequencer;
  private final LogHealth health;
  private final RepeatedTask task;

  /**
   * An exchange whose thread is not started yet.
   *
   * @param sequencer compares, with what {@code newest} knows and hears
   */
  public HeadExchange(
      KeptHead kept,
      NewestHead newest,
      Sequencer sequencer,
      LogHealth health,
      InstantSource clock) {
    this.kept = kept;
    this.newest = newest;
    this.sequencer = sequencer;
    this.health = health;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-heads", BETWEEN, STOP_LIMIT), this::run, clock);
  }

  /** Starts the thread. */
  public void start() {
    task.start();
  }

  /** Ends the thread, then keeps what was signed last. */
  public void stop() throws InterruptedException {
    if (task.stop()) {
      exchange();
    }
  }

  /** How the thread fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  /**
   * Once, now. What is kept and does not fit the log turns health DOWN (LOG-1), and stays: it is
   * what shows that there are two.
   */
  public void exchange() {
    if (health.refusal().isPresent()) {
      return;
    }
    try {
      Optional<SignedCheckpoint> before = kept.read();
      before.ifPresent(newest::hear);
      if (sequencer.compareHeads()) {
        newest.own().ifPresent(head -> kept.keep(head, before));
      }
    } catch (CorruptLogException contradiction) {
      health.refuse(contradiction);
    }
  }

  private Duration run() {
    exchange();
    return BETWEEN;
  }
}
