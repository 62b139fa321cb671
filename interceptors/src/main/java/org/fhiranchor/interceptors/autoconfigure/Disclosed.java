package org.fhiranchor.interceptors.autoconfigure;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether disclosures are recorded: where somebody is asked who they are, unless switched off. */
final class Disclosed implements Condition {
  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    String enabled = context.getEnvironment().getProperty("anchor.disclosures.enabled", "true");
    return new Enforced().matches(context, metadata) && !enabled.strip().equalsIgnoreCase("false");
  }
}
