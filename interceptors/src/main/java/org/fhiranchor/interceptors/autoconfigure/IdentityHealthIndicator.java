package org.fhiranchor.interceptors.autoconfigure;

import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** The {@code identity} part of {@code /actuator/health}: for whom tokens may speak (WHO-1). */
final class IdentityHealthIndicator extends AbstractHealthIndicator {
  private final boolean patientClaimIsSelf;

  IdentityHealthIndicator(boolean patientClaimIsSelf) {
    super("what tokens stand for cannot be told");
    this.patientClaimIsSelf = patientClaimIsSelf;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    builder.up().withDetail("patientClaimIsSelf", patientClaimIsSelf);
  }
}
