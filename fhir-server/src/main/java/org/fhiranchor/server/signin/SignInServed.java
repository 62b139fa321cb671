package org.fhiranchor.server.signin;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** With the demo issuer, where requests are asked for a token. */
final class SignInServed implements Condition {
  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    Environment environment = context.getEnvironment();
    return is(environment, "anchor.security.issuer", "embedded", "embedded")
        && !is(environment, "anchor.consent.enforce", "on", "off");
  }

  private static boolean is(Environment environment, String key, String unset, String wanted) {
    return environment.getProperty(key, unset).strip().equalsIgnoreCase(wanted);
  }
}
