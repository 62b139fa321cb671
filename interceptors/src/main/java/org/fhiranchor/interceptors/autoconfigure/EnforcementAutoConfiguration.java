package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.interceptors.consent.following.ChangeFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentFollowing;
import org.fhiranchor.interceptors.gate.ConsentGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/**
 * Says which mode runs (GATE-6): at start, in health, and in the header of every answer when
 * consents are not enforced. Stops the start where they are to be, and cannot be (FOL-4).
 */
@AutoConfiguration(after = AnchorAutoConfiguration.class)
@ConditionalOnClass(RestfulServer.class)
public class EnforcementAutoConfiguration {
  /** Says {@code off} or {@code observe}; absent when consents are enforced. */
  public static final String HEADER = "X-FHIR-Anchor-Consent";

  private static final Logger LOG = LoggerFactory.getLogger(EnforcementAutoConfiguration.class);
  private static final int BEFORE_EVERYBODY = -2_000;

  @Bean
  static EnforcementCheck anchorEnforcementCheck(
      ListableBeanFactory beans, AnchorSettings settings) {
    return new EnforcementCheck(
        beans,
        settings,
        List.of(
            ConsentGate.class, ConsentIndex.class, ConsentFollowing.class, ChangeFollowing.class));
  }

  @Bean
  HealthIndicator consentModeHealthIndicator(AnchorSettings settings) {
    return () -> Health.up().withDetail("enforce", word(settings)).build();
  }

  @Bean
  FilterRegistrationBean<jakarta.servlet.Filter> anchorConsentModeHeader(AnchorSettings settings) {
    String mode = word(settings);
    boolean enforced = settings.consent().enforce() == AnchorSettings.Enforcement.ON;
    if (!enforced) {
      LOG.warn(
          "consents are NOT enforced: anchor.consent.enforce={}{}",
          mode,
          mode.equals("off") ? "; every request is answered without a token" : "");
    }
    FilterRegistrationBean<jakarta.servlet.Filter> registration =
        new FilterRegistrationBean<>(
            (request, response, chain) -> {
              ((HttpServletResponse) response).setHeader(HEADER, mode);
              chain.doFilter(request, response);
            });
    registration.setEnabled(!enforced);
    registration.addUrlPatterns("/*");
    registration.setOrder(BEFORE_EVERYBODY);
    registration.setName("anchorConsentMode");
    return registration;
  }

  private static String word(AnchorSettings settings) {
    return settings.consent().enforce().name().toLowerCase(Locale.ROOT);
  }
}
