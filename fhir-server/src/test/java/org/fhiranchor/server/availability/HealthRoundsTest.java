package org.fhiranchor.server.availability;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

@Tag("alone")
final class HealthRoundsTest {
  private final HealthRounds rounds = new HealthRounds();

  @Test
  @DisplayName("OPS-1 many parts that hang take no longer together than one, and the others answer")
  void allTogetherWithinTheLimit() {
    CountDownLatch never = new CountDownLatch(1);
    HealthIndicator well = rounds.limited("well", () -> Health.up().build());
    HealthIndicator first = rounds.limited("first", () -> waits(never));
    HealthIndicator second = rounds.limited("second", () -> waits(never));
    long began = System.nanoTime();

    assertThat(first.health().getStatus()).isEqualTo(Status.DOWN);
    assertThat(second.health().getDetails().get("reason")).asString().contains("no answer");
    assertThat(well.health().getStatus()).isEqualTo(Status.UP);

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    never.countDown();
  }

  @Test
  @DisplayName("OPS-1 a part that hangs is not asked again before it has answered")
  void asksAgainAfterAnAnswer() {
    CountDownLatch later = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    HealthIndicator part =
        rounds.limited(
            "part",
            () -> {
              asked.incrementAndGet();
              return waits(later);
            });

    assertThat(part.health().getStatus()).isEqualTo(Status.DOWN);
    assertThat(part.health().getStatus()).isEqualTo(Status.DOWN);
    assertThat(asked).hasValue(1);
    later.countDown();
    await().atMost(5, SECONDS).until(() -> part.health().getStatus().equals(Status.UP));
  }

  @Test
  @DisplayName("OPS-1 a part that throws is DOWN with the kind of what it threw, not its words")
  void namesTheKindOnly() {
    HealthIndicator part =
        rounds.limited(
            "part",
            () -> {
              throw new IllegalStateException("secret");
            });

    assertThat(part.health().getStatus()).isEqualTo(Status.DOWN);
    assertThat(part.health().getDetails().toString())
        .contains("IllegalStateException")
        .doesNotContain("secret");
  }

  private static Health waits(CountDownLatch latch) {
    try {
      latch.await();
      return Health.up().build();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
