package org.fhiranchor.interceptors.autoconfigure;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether somebody is asked who they are, and consents are asked: everywhere but when off. */
final class Enforced implements Condition {
  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    String enforce = context.getEnvironment().getProperty("anchor.consent.enforce", "on");
    return !enforce.strip().equalsIgnoreCase("off");
  }
}
