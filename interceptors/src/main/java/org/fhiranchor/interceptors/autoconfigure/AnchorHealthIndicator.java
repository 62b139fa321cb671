package org.fhiranchor.interceptors.autoconfigure;

import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.anchoring.AnchoringHealth;
import org.fhiranchor.ledger.sending.CallCounts;
import org.fhiranchor.ledger.sending.CallQueue;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** The {@code anchor} part of {@code /actuator/health}. */
final class AnchorHealthIndicator extends AbstractHealthIndicator {
  private final AnchoringHealth health;

  private final CallQueue relay;

  /**
   * An indicator.
   *
   * @param relay the queue with the patients' revocations
   */
  AnchorHealthIndicator(AnchoringHealth health, CallQueue relay) {
    super("the log cannot be asked");
    this.health = health;
    this.relay = relay;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    CallCounts revocations = relay.counts();
    builder
        .withDetail("revocationsOnTheirWay", revocations.waiting())
        .withDetail("revocationsExpired", revocations.expired());
    AnchoringHealth.Report report = health.report();
    if (report instanceof AnchoringHealth.Report.Down down) {
      builder.down().withDetail("reason", down.reason());
    } else if (report instanceof AnchoringHealth.Report.Degraded degraded) {
      // Recording goes on, so a balancer must not take the node out.
      sizes(builder.up(), degraded.state(), degraded.pending())
          .withDetail("degraded", degraded.reason());
    } else if (report instanceof AnchoringHealth.Report.Up up) {
      sizes(builder.up(), up.state(), up.pending());
    }
  }

  private static Health.Builder sizes(Health.Builder builder, LogState state, long pending) {
    return builder
        .withDetail("size", state.size().value())
        .withDetail("anchoredSize", state.anchoredSize().value())
        .withDetail("pending", pending);
  }
}
