package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.matcher.SearchParamMatcher;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.interceptors.gate.ConsentGate;
import org.fhiranchor.interceptors.identity.AccessLog;
import org.fhiranchor.interceptors.identity.CapabilitySecurity;
import org.fhiranchor.interceptors.identity.InMemoryScopeMatcher;
import org.fhiranchor.interceptors.identity.LoggedAccess;
import org.fhiranchor.interceptors.identity.OperatorFilter;
import org.fhiranchor.interceptors.identity.PatientReadLimit;
import org.fhiranchor.interceptors.identity.PatientWriteLimit;
import org.fhiranchor.interceptors.identity.ScopeBackstop;
import org.fhiranchor.interceptors.identity.ScopeMatcher;
import org.fhiranchor.interceptors.identity.ScopeReach;
import org.fhiranchor.interceptors.identity.SmartConfigurationHook;
import org.fhiranchor.interceptors.identity.SmartConfigurationServlet;
import org.fhiranchor.interceptors.identity.SmartDiscovery;
import org.fhiranchor.interceptors.identity.TokenAuthentication;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;
import org.fhiranchor.interceptors.identity.token.JwtDecoders;
import org.fhiranchor.interceptors.identity.token.KnownIssuer;
import org.fhiranchor.interceptors.identity.token.TokenDecoder;
import org.fhiranchor.interceptors.identity.token.TokenRules;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.web.filter.CorsFilter;

/** The parts list of who is asking: tokens, scopes, and what a patient's own token reaches. */
@AutoConfiguration(after = {AnchorAutoConfiguration.class, ConsentAutoConfiguration.class})
@ConditionalOnClass(RestfulServer.class)
@Conditional(Enforced.class)
public class IdentityAutoConfiguration {
  private static final int BEFORE_EVERYBODY = -1_000;

  @Bean
  @ConditionalOnMissingBean
  TokenDecoder anchorTokenDecoder(
      AnchorSettings settings, Environment environment, OwnAddresses own) {
    AnchorSettings.Security security = settings.security();
    if (security.issuer() instanceof AnchorSettings.ExternalIssuer external) {
      return external(external, security, own);
    }
    EmbeddedIssuer.refuseUnlessLoopback(environment.getProperty("server.address", ""));
    return EmbeddedIssuer.start(settings.data(), Clock.systemUTC())
        .decoder(own, security.patientClaimIsSelf());
  }

  private static TokenDecoder external(
      AnchorSettings.ExternalIssuer issuer, AnchorSettings.Security security, OwnAddresses own) {
    TokenRules rules =
        new TokenRules(
            issuer.issuer(),
            Set.of(security.audience()),
            own,
            TokenRules.MAX_SKEW,
            security.patientClaimIsSelf());
    return issuer
        .jwksUri()
        .map(keys -> JwtDecoders.remote(rules, keys, Clock.systemUTC()))
        .orElseGet(() -> JwtDecoders.discovered(rules, Clock.systemUTC()));
  }

  @Bean
  HealthIndicator identityHealthIndicator(AnchorSettings settings) {
    return new IdentityHealthIndicator(settings.security().patientClaimIsSelf());
  }

  @Bean
  @ConditionalOnMissingBean
  SmartDiscovery anchorSmartDiscovery(AnchorSettings settings) {
    return settings.security().issuer() instanceof AnchorSettings.ExternalIssuer external
        ? SmartDiscovery.of(
            new KnownIssuer(external.issuer(), Clock.systemUTC()), external.jwksUri())
        : SmartDiscovery.demo();
  }

  @Bean
  ServletRegistrationBean<SmartConfigurationServlet> anchorSmartConfigurationServlet(
      SmartDiscovery discovery) {
    ServletRegistrationBean<SmartConfigurationServlet> registration =
        new ServletRegistrationBean<>(
            new SmartConfigurationServlet(discovery), SmartConfigurationHook.PATH);
    registration.setName("anchorSmartConfiguration");
    return registration;
  }

  @Bean
  @ConditionalOnMissingBean
  AccessLog anchorAccessLog(ObjectProvider<MeterRegistry> meters) {
    return new LoggedAccess(meters.getIfAvailable(CompositeMeterRegistry::new));
  }

  /** What runs the server is the operator's; health and info are everybody's. */
  @Bean
  FilterRegistrationBean<OperatorFilter> anchorOperatorFilter(TokenDecoder decoder) {
    FilterRegistrationBean<OperatorFilter> registration =
        new FilterRegistrationBean<>(new OperatorFilter(decoder));
    registration.addUrlPatterns("/actuator", "/actuator/*");
    registration.setOrder(BEFORE_EVERYBODY);
    return registration;
  }

  @Bean
  @ConditionalOnMissingBean
  ScopeMatcher anchorScopeMatcher(ISearchParamRegistry parameters, SearchParamMatcher matcher) {
    return new InMemoryScopeMatcher(parameters, matcher);
  }

  @Bean
  HapiRegistration anchorIdentityRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      TokenDecoder decoder,
      AccessLog log,
      SmartDiscovery smart,
      ObjectProvider<FilterRegistrationBean<?>> filters,
      DaoRegistry daos,
      LocalReferences references,
      BinaryReferences binaries,
      Tombstones tombstones,
      ScopeMatcher scopes) {
    ScopeReach reach = ConsentGate.reach(daos, references, binaries, tombstones::isErased, scopes);
    PatientReadLimit limit = new PatientReadLimit(reach);
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(),
        List.of(
            new TokenAuthentication(decoder, reach, log),
            new ScopeBackstop(reach, log),
            new SmartConfigurationHook(smart),
            new CapabilitySecurity(smart, answersOtherOrigins(filters))),
        List.of(new PatientWriteLimit(reach, log), limit),
        List.of());
  }

  /**
   * What is not known is not claimed: a server that we are dropped into may have a way of its own.
   */
  private static boolean answersOtherOrigins(ObjectProvider<FilterRegistrationBean<?>> filters) {
    return filters.stream().anyMatch(one -> one.getFilter() instanceof CorsFilter);
  }
}
