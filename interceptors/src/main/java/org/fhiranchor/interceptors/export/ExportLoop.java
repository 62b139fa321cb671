package org.fhiranchor.interceptors.export;

import java.time.Duration;
import java.time.InstantSource;
import org.fhiranchor.interceptors.tasks.RepeatedTask;

/** Goes on with exports whose node is gone, and removes files that are older than they are kept. */
public final class ExportLoop {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final ExportRunner runner;
  private final RepeatedTask task;

  /** A loop that is not started. */
  public ExportLoop(ExportRunner runner, InstantSource clock) {
    this.runner = runner;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-exports", AFTER_FAILURE, STOP_LIMIT), this::look, clock);
  }

  /** Starts the loop. */
  public void start() {
    task.start();
  }

  /** Ends the loop, and the export that is made on this node. */
  public void stop() throws InterruptedException {
    task.stop();
    runner.stop();
  }

  /** How the loop fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  private Duration look() {
    runner.takeOver();
    runner.tidy();
    return BETWEEN_LOOKS;
  }
}
