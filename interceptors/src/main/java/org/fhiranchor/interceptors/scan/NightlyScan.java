package org.fhiranchor.interceptors.scan;

import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.fhiranchor.interceptors.tasks.RepeatedTask;

/**
 * Starts a scan each night, on one of the nodes, and looks after scans whose node is gone. A night
 * whose hour passed while no node ran is left out.
 */
public final class NightlyScan {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
  private static final Duration LATE = Duration.ofHours(1);

  private final ScanRunner runner;
  private final Optional<LocalTime> at;
  private final InstantSource clock;
  private final ZoneId zone;
  private final RepeatedTask task;

  /**
   * A loop that is not started.
   *
   * @param at time of day in the zone; empty for no nightly scan
   */
  public NightlyScan(ScanRunner runner, Optional<LocalTime> at, InstantSource clock, ZoneId zone) {
    this.runner = runner;
    this.at = at;
    this.clock = clock;
    this.zone = zone;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-nightly-scan", BETWEEN_LOOKS, Duration.ofSeconds(5)),
            this::look,
            clock);
  }

  /** Starts the loop. */
  public void start() {
    task.start();
  }

  /** Ends the loop, and the scan that runs on this node. */
  public void stop() throws InterruptedException {
    task.stop();
    runner.stop();
  }

  /** How the loop fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  /** One look. */
  Duration look() {
    ZonedDateTime now = clock.instant().atZone(zone);
    boolean due =
        at.map(time -> now.with(time))
            .filter(time -> !now.isBefore(time) && now.isBefore(time.plus(LATE)))
            .isPresent();
    if (due) {
      runner.start("nightly-" + now.toLocalDate());
    } else {
      runner.takeOver();
    }
    return BETWEEN_LOOKS;
  }
}
