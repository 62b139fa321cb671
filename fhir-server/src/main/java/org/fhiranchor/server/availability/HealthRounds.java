package org.fhiranchor.server.availability;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * Asks all parts of health at once, each on a thread of its own, and waits for all of them together
 * no longer than the limit. A part that hangs is DOWN, and is not asked again before it has
 * answered. What was asked just now is not asked again either.
 */
final class HealthRounds implements AutoCloseable {
  static final Duration LIMIT = Duration.ofMillis(1500);
  private static final Duration FRESH = Duration.ofMillis(300);

  private final Map<String, HealthIndicator> parts = new LinkedHashMap<>();
  private final Map<String, Asked> asked = new LinkedHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "health");
            thread.setDaemon(true);
            return thread;
          });
  private Optional<Long> lastRound = Optional.empty();

  /** When a part was asked, and what it answers. */
  private record Asked(long since, Future<Health> answer) {
    long leftNanos() {
      return Math.max(0, LIMIT.toNanos() - (System.nanoTime() - since));
    }
  }

  /** The same part, asked within the limit. */
  synchronized HealthIndicator limited(String name, HealthIndicator part) {
    parts.put(name, part);
    return () -> health(name);
  }

  private Health health(String name) {
    Asked part = inThisRound(name);
    try {
      return part.answer().get(part.leftNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException hangs) {
      return down("no answer within " + LIMIT.toMillis() + " ms");
    } catch (ExecutionException failed) {
      return down(kind(failed));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return down("the server stops");
    }
  }

  private static Health down(String reason) {
    return Health.down().withDetail("reason", reason).build();
  }

  /** Begins another round, unless one began just now. What hangs stays asked, since when it was. */
  private synchronized Asked inThisRound(String name) {
    long now = System.nanoTime();
    if (lastRound.filter(at -> now - at < FRESH.toNanos()).isEmpty()) {
      lastRound = Optional.of(now);
      asked.values().removeIf(part -> part.answer().isDone());
      parts.keySet().forEach(part -> asked.computeIfAbsent(part, this::ask));
    }
    return asked.computeIfAbsent(name, this::ask);
  }

  private Asked ask(String name) {
    HealthIndicator part = Optional.ofNullable(parts.get(name)).orElseThrow();
    return new Asked(System.nanoTime(), threads.submit(() -> part.getHealth(true)));
  }

  /** Never the message: it may hold what only operators should read. */
  private static String kind(ExecutionException failed) {
    return Optional.ofNullable(failed.getCause())
        .map(cause -> cause.getClass().getName())
        .orElse("");
  }

  /** An interrupt would close H2's file under whoever is asked just now. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
