package org.fhiranchor.interceptors.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/**
 * The {@code tasks} part of {@code /actuator/health}: DOWN when one runs no more, or only fails.
 */
final class TasksHealthIndicator extends AbstractHealthIndicator {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final List<Supplier<RepeatedTask.State>> tasks;
  private final InstantSource clock;

  TasksHealthIndicator(List<Supplier<RepeatedTask.State>> tasks, InstantSource clock) {
    super("the tasks cannot be asked");
    this.tasks = List.copyOf(tasks);
    this.clock = clock;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    builder.up();
    for (Supplier<RepeatedTask.State> task : tasks) {
      RepeatedTask.State state = task.get();
      boolean late = state.lastSuccess().plus(PATIENCE).isBefore(clock.instant());
      boolean failing = state.failure().isPresent() && late;
      if (!state.running() || failing) {
        builder.down();
      }
      builder.withDetail(state.name(), state.failure().orElse(state.running() ? "runs" : "ended"));
    }
  }
}
