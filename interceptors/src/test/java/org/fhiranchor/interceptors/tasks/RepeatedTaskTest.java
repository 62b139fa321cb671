package org.fhiranchor.interceptors.tasks;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class RepeatedTaskTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicInteger runs = new AtomicInteger();

  private static RepeatedTask task(Duration afterFailure, RepeatedTask.Work work) {
    return new RepeatedTask(
        new RepeatedTask.Terms("test-task", afterFailure, Duration.ofMillis(300)),
        work,
        InstantSource.system());
  }

  @Test
  @DisplayName(
      "LOG-1 neither an exception nor an Error ends a task, and its state says what failed")
  void goesOnAfterAnError() throws InterruptedException {
    CountDownLatch failAgain = new CountDownLatch(1);
    RepeatedTask task =
        task(
            Duration.ofMillis(1),
            () -> {
              int run = runs.incrementAndGet();
              if (run == 1) {
                throw new IllegalStateException("the first run fails");
              }
              if (failAgain.getCount() > 0) {
                throw new StackOverflowError("not a real one");
              }
              return LONG;
            });
    Instant before = Instant.now();
    task.start();
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () -> assertThat(task.state().failure()).hasValue("java.lang.StackOverflowError"));
    assertThat(task.state().running()).isTrue();
    failAgain.countDown();
    await().atMost(120, SECONDS).until(() -> task.state().failure().isEmpty());
    assertThat(task.state().lastSuccess()).isAfterOrEqualTo(before);
    assertThat(task.stop()).isTrue();
    assertThat(task.state().running()).isFalse();
  }

  @Test
  @DisplayName("LOG-1 a wake ends the wait at once")
  void wakes() throws InterruptedException {
    RepeatedTask task =
        task(
            LONG,
            () -> {
              runs.incrementAndGet();
              return LONG;
            });
    task.start();
    await().atMost(120, SECONDS).until(() -> runs.get() == 1);
    task.wake();
    await().atMost(120, SECONDS).until(() -> runs.get() == 2);
    assertThat(task.stop()).isTrue();
    assertThat(runs).hasValue(2);
  }

  @Test
  @DisplayName("LOG-1 a run that hangs holds nobody up longer than the limit to stop")
  void waitsNoLongerThanItsLimit() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    RepeatedTask task =
        task(
            LONG,
            () -> {
              runs.incrementAndGet();
              hangs.await();
              return LONG;
            });
    task.start();
    await().atMost(120, SECONDS).until(() -> runs.get() == 1);
    assertThat(task.stop()).isFalse();
    hangs.countDown();
    await().atMost(120, SECONDS).until(() -> !task.state().running());
    assertThat(runs).hasValue(1);
  }
}
