package org.fhiranchor.interceptors.autoconfigure;

import java.util.List;
import org.fhiranchor.interceptors.store.CommitSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** The {@code commits} part of {@code /actuator/health} (DIS-7). */
final class CommitHealthIndicator extends AbstractHealthIndicator {
  private static final Logger LOG = LoggerFactory.getLogger(CommitHealthIndicator.class);

  private final CommitSettings settings;

  /** Says once in the log what is off. */
  CommitHealthIndicator(CommitSettings settings) {
    super("the settings of commits cannot be told");
    this.settings = settings;
    List<String> off = settings.off();
    if (!off.isEmpty()) {
      LOG.warn("PostgreSQL does not wait for its disk, a crash loses records: off={}", off);
    }
  }

  /** UP: nothing is lost yet, and a balancer would take every node out. */
  @Override
  protected void doHealthCheck(Health.Builder builder) {
    List<String> off = settings.off();
    builder.up();
    if (!off.isEmpty()) {
      builder
          .withDetail("off", off)
          .withDetail(
              "degraded",
              "PostgreSQL does not wait for its disk: a crash loses what was committed");
    }
  }
}
