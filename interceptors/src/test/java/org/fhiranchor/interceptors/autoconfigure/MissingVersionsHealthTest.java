package org.fhiranchor.interceptors.autoconfigure;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.fhiranchor.interceptors.log.recording.MissingVersionsCheck;
import org.fhiranchor.interceptors.log.recording.MissingVersionsCheck.Report;
import org.fhiranchor.interceptors.log.recording.MissingVersionsCheck.State;
import org.fhiranchor.interceptors.log.recording.ResourcesWithoutVersion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;

/** What health says of resources without their version, and when it cannot know. */
final class MissingVersionsHealthTest {
  /** Two on each of three pages, unless the database is away. */
  private record Three(AtomicBoolean away) implements ResourcesWithoutVersion {
    @Override
    public Page page(long after, int rows) {
      long from = after == ResourcesWithoutVersion.START ? 0 : after;
      if (away.get() && from > 0) {
        throw new IllegalStateException("no database");
      }
      return new Page(
          from + rows,
          from + rows >= 3L * rows,
          IntStream.range(0, away.get() ? 0 : 2)
              .mapToObj(i -> new Missing(from + i, "Patient"))
              .toList());
    }

    @Override
    public boolean isMissing(long key) {
      return true;
    }
  }

  private static Health health(MissingVersionsCheck check) {
    return new MissingVersionsAutoConfiguration().storedVersionsHealthIndicator(check).health();
  }

  private static void becomes(MissingVersionsCheck check, Report report) {
    await().atMost(60, SECONDS).until(() -> check.report().equals(report));
  }

  @Test
  @DisplayName("REC-5 a large table is counted page by page")
  void countsInPages() throws InterruptedException {
    MissingVersionsCheck check =
        new MissingVersionsCheck(
            new Three(new AtomicBoolean()), Duration.ofDays(1), Clock.systemUTC());
    assertThat(check.report().state()).isEqualTo(State.LOOKING);
    assertThat(health(check).getDetails()).doesNotContainKey("degraded");
    check.start();
    becomes(check, new Report(State.DONE, 6));
    check.start();
    becomes(check, new Report(State.DONE, 6));
    assertThat(health(check).getDetails()).containsKey("degraded");
    check.stop();
  }

  @Test
  @DisplayName("REC-5 a database that does not answer is said, and asked again until it does")
  void failsAndIsRepeated() throws InterruptedException {
    AtomicBoolean away = new AtomicBoolean(true);
    MissingVersionsCheck check =
        new MissingVersionsCheck(new Three(away), Duration.ofMillis(1), Clock.systemUTC());
    check.start();
    becomes(check, new Report(State.FAILED, 0));
    Health failed = health(check);
    assertThat(failed.getStatus()).isEqualTo(Status.UP);
    assertThat(failed.getDetails())
        .containsEntry("check", "failed")
        .extractingByKey("degraded")
        .asString()
        .contains("did not answer");
    away.set(false);
    becomes(check, new Report(State.DONE, 6));
    check.stop();
  }
}
