package org.fhiranchor.interceptors.autoconfigure;

import java.util.List;
import org.fhiranchor.interceptors.log.EditedRows;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** The {@code editedRows} part of {@code /actuator/health} (FOL-3). */
final class EditedRowsHealthIndicator extends AbstractHealthIndicator {
  /** Findings that one answer names. */
  private static final int NAMED = 100;

  private final EditedRows edited;

  EditedRowsHealthIndicator(EditedRows edited) {
    super("edited rows cannot be told");
    this.edited = edited;
  }

  /** UP: what was edited permits nothing, and a balancer would take every node out. */
  @Override
  protected void doHealthCheck(Health.Builder builder) {
    List<String> named = edited.named();
    builder
        .up()
        .withDetail("count", named.size() + (edited.areMore() ? " or more" : ""))
        .withDetail("rows", named.subList(0, Math.min(NAMED, named.size())));
  }
}
