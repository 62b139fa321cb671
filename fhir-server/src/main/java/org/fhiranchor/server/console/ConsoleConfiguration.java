package org.fhiranchor.server.console;

import java.security.SecureRandom;
import java.util.Optional;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings;
import org.fhiranchor.interceptors.identity.SmartDiscovery;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts list of the console. */
@Configuration
public class ConsoleConfiguration {
  @Bean
  FilterRegistrationBean<ConsoleFilter> console(
      AnchorSettings settings, ObjectProvider<SmartDiscovery> discovery) {
    boolean elsewhere = settings.security().issuer() instanceof AnchorSettings.ExternalIssuer;
    IssuerOrigins issuer =
        new IssuerOrigins(
            () ->
                Optional.ofNullable(elsewhere ? discovery.getIfAvailable() : null)
                    .flatMap(SmartDiscovery::current));
    FilterRegistrationBean<ConsoleFilter> filter =
        new FilterRegistrationBean<>(
            new ConsoleFilter(new ConsoleFiles(), new SecureRandom(), issuer));
    filter.addUrlPatterns("/", "/check.html", "/console/*");
    return filter;
  }

  /** Where nobody is asked for a token there is nothing to sign in to: a browser sees JSON. */
  @Bean
  FilterRegistrationBean<FhirLinkFilter> fhirLinks(AnchorSettings settings) {
    FilterRegistrationBean<FhirLinkFilter> filter =
        new FilterRegistrationBean<>(new FhirLinkFilter());
    filter.addUrlPatterns("/fhir/*");
    filter.setEnabled(settings.consent().enforce() != AnchorSettings.Enforcement.OFF);
    return filter;
  }
}
