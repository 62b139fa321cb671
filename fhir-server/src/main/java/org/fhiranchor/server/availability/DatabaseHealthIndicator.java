package org.fhiranchor.server.availability;

import java.util.Optional;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** The {@code database} part of health: what the watch last saw, without asking anybody. */
final class DatabaseHealthIndicator extends AbstractHealthIndicator {
  private final DatabaseWatch watch;

  DatabaseHealthIndicator(DatabaseWatch watch) {
    super("the watch over the database cannot be asked");
    this.watch = watch;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    Optional<DatabaseWatch.Away> away = watch.away();
    builder.up();
    away.ifPresent(
        now ->
            builder
                .down()
                .withDetail("reason", now.reason())
                .withDetail("since", now.since().toString()));
  }
}
