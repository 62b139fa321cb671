package org.fhiranchor.interceptors.log.recording;

import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts, once after each start and in the background, the resources whose current version is not
 * stored. None can come to be while {@link StoredVersions} watches; those that are there were lost
 * before it did.
 */
public final class MissingVersionsCheck {
  /** How many resources one query looks at. */
  static final int PAGE = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(MissingVersionsCheck.class);

  private final ResourcesWithoutVersion resources;
  private final Executor background;
  private final BooleanSupplier stopping;
  private volatile Report report = new Report(State.LOOKING, 0);

  /** How far the check is. */
  public enum State {
    /** Not at the end of the table; the number may grow. */
    LOOKING,
    /** All resources were looked at. */
    DONE,
    /** The database did not answer; the number is of what was looked at until then. */
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
   * @param stopping whether the server ends, which ends the check as well
   */
  public MissingVersionsCheck(
      ResourcesWithoutVersion resources, Executor background, BooleanSupplier stopping) {
    this.resources = resources;
    this.background = background;
    this.stopping = stopping;
  }

  /** What is known by now. */
  public Report report() {
    return report;
  }

  /** Starts over, in the background. */
  public void start() {
    report = new Report(State.LOOKING, 0);
    background.execute(this::look);
  }

  private void look() {
    long missing = 0;
    try {
      ResourcesWithoutVersion.Page page = resources.page(ResourcesWithoutVersion.START, PAGE);
      missing = page.missing().size();
      while (!page.end() && !stopping.getAsBoolean()) {
        report = new Report(State.LOOKING, missing);
        page = resources.page(page.last(), PAGE);
        missing += page.missing().size();
      }
      report = new Report(State.DONE, missing);
      tell(missing);
    } catch (RuntimeException unanswered) {
      report = new Report(State.FAILED, missing);
      LOG.warn("resources without a stored version could not be counted", unanswered);
    }
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
