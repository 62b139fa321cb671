package org.fhiranchor.interceptors.log.recording;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts, once after each start and in the background, the resources whose current version is not
 * stored; again and again, until the database answered for all of them. None can come to be while
 * {@link StoredVersions} watches; those that are there were lost before it did.
 */
public final class MissingVersionsCheck {
  /** How many resources one query looks at. */
  static final int PAGE = 1_000;

  private static final Duration DONE = Duration.ofDays(36_500);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(MissingVersionsCheck.class);

  private final ResourcesWithoutVersion resources;
  private final RepeatedTask task;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile Report report = new Report(State.LOOKING, 0);

  /** How far the check is. */
  public enum State {
    /** Not at the end of the table; the number may grow. */
    LOOKING,
    /** All resources were looked at. */
    DONE,
    /**
     * The database did not answer; the number is of what was looked at until then. It is tried
     * again, and stays so until it answers.
     */
    FAILED
  }

  /**
   * What was found.
   *
   * @param missing resources without their current version, found so far
   */
  public record Report(State state, long missing) {}

  /**
   * A check that was not started.
   *
   * @param afterFailure wait before it is tried again
   */
  public MissingVersionsCheck(
      ResourcesWithoutVersion resources, Duration afterFailure, InstantSource clock) {
    this.resources = resources;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-missing-versions", afterFailure, STOP_LIMIT),
            this::look,
            clock);
  }

  /** What is known by now. */
  public Report report() {
    return report;
  }

  /** Starts over, in the background. */
  public void start() {
    report = new Report(State.LOOKING, 0);
    if (started.compareAndSet(false, true)) {
      task.start();
    } else {
      task.wake();
    }
  }

  /** The server ends: the page on its way is the last one. */
  public void stop() throws InterruptedException {
    stopping = true;
    task.stop();
  }

  private Duration look() {
    State until = report.state() == State.FAILED ? State.FAILED : State.LOOKING;
    long missing = 0;
    try {
      ResourcesWithoutVersion.Page page = resources.page(ResourcesWithoutVersion.START, PAGE);
      missing = page.missing().size();
      while (!page.end() && !stopping) {
        report = new Report(until, missing);
        page = resources.page(page.last(), PAGE);
        missing += page.missing().size();
      }
    } catch (RuntimeException unanswered) {
      report = new Report(State.FAILED, missing);
      throw unanswered;
    }
    report = new Report(State.DONE, missing);
    tell(missing);
    return DONE;
  }

  private static void tell(long missing) {
    if (missing > 0) {
      LOG.error(
          "resources have no stored version: their content is lost; $end-resources-without-version"
              + " ends them resources={}",
          missing);
    }
  }
}
