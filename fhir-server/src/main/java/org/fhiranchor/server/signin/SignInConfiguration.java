package org.fhiranchor.server.signin;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.time.Clock;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings;
import org.fhiranchor.interceptors.autoconfigure.OwnAddresses;
import org.fhiranchor.interceptors.identity.ScopeMatcher;
import org.fhiranchor.interceptors.identity.SmartDiscovery;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;
import org.fhiranchor.interceptors.identity.token.TokenDecoder;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

/** The parts list of signing in with the demo issuer. */
@Configuration
@Conditional(SignInServed.class)
@EnableWebSecurity
public class SignInConfiguration {
  /** After the filter that answers browsers of other origins, before every servlet. */
  private static final int ORDER = -500;

  @Bean
  SignInAddress signInAddress(Environment environment, ServerProperties server) {
    EmbeddedIssuer.refuseUnlessLoopback(environment.getProperty("server.address", ""));
    return new SignInAddress(environment, server);
  }

  @Bean
  DemoPeople demoPeople(AnchorSettings settings) {
    return DemoPeople.of(settings.data());
  }

  @Bean
  Apps apps(AnchorSettings settings, SignInAddress address) {
    return Apps.of(settings.data(), address);
  }

  @Bean
  UsedAssertions usedAssertions(AnchorSettings settings) {
    return UsedAssertions.of(settings.data());
  }

  @Bean
  LaunchContexts launchContexts() {
    return new LaunchContexts(Clock.systemUTC());
  }

  @Bean
  SmartTokens smartTokens(LaunchContexts launches, SignInAddress address) {
    return new SmartTokens(launches, address);
  }

  @Bean
  Authorizations authorizations(
      AnchorSettings settings, Apps apps, DemoPeople people, SmartTokens tokens) {
    return new Authorizations(
        tokens::completed, AuthorizationFile.of(settings.data(), apps, people), apps::used);
  }

  @Bean
  SignInKeys signInKeys(AnchorSettings settings) {
    return SignInKeys.of(settings.data());
  }

  @Bean
  JWKSource<SecurityContext> signInKeySet(SignInKeys keys) {
    return new ImmutableJWKSet<>(keys.all());
  }

  /** For the endpoint that tells an app who its user is. */
  @Bean
  JwtDecoder jwtDecoder(SignInKeys keys) {
    return keys.accessTokenDecoder();
  }

  @Bean
  TokenDecoder anchorTokenDecoder(
      AnchorSettings settings, OwnAddresses own, Authorizations authorizations) {
    return new RevocableTokens(
        EmbeddedIssuer.start(settings.data(), Clock.systemUTC())
            .decoder(own, settings.security().patientClaimIsSelf()),
        authorizations);
  }

  @Bean
  SmartDiscovery anchorSmartDiscovery(SignInAddress address) {
    SignInMetadata metadata = new SignInMetadata(address);
    return SmartDiscovery.of(metadata::smart);
  }

  @Bean
  OneClick oneClick(DaoRegistry daos, DemoPeople people) {
    return new OneClick(people, new DemoRecords(daos, people));
  }

  @Bean
  SignInPages signInPages(DemoPeople people, Apps apps, Authorizations authorizations) {
    return new SignInPages(people, apps, authorizations);
  }

  @Bean
  LaunchPage launchPage(Apps apps, LaunchContexts launches, OwnAddresses own) {
    return new LaunchPage(apps, launches, own);
  }

  @Bean
  Registration registration(Apps apps, TokenDecoder decoder, ScopeMatcher matcher) {
    return new Registration(apps, decoder, matcher, Clock.systemUTC());
  }

  @Bean
  SignInChain signInChain(
      SignInAddress address,
      Apps apps,
      UsedAssertions assertions,
      Authorizations authorizations,
      SmartTokens tokens,
      JWKSource<SecurityContext> keys,
      OneClick people,
      AuthorizationRequests requests) {
    return new SignInChain(
        address, apps, assertions, authorizations, tokens, keys, people, requests);
  }

  @Bean
  AuthorizationRequests authorizationRequests(
      Apps apps, OwnAddresses own, LaunchContexts launches, ScopeMatcher matcher) {
    return new AuthorizationRequests(apps, own, launches, matcher);
  }

  @Bean
  SecurityFilterChain signInFilters(HttpSecurity http, SignInChain chain) throws Exception {
    return chain.build(http);
  }

  /** For these addresses alone: no filter of Spring Security sees a FHIR request. */
  @Bean
  FilterRegistrationBean<jakarta.servlet.Filter> signInFilterRegistration(
      @Qualifier("springSecurityFilterChain") jakarta.servlet.Filter filter) {
    FilterRegistrationBean<jakarta.servlet.Filter> registration =
        new FilterRegistrationBean<>(filter);
    registration.addUrlPatterns(SignInChain.PATTERNS);
    registration.setOrder(ORDER);
    return registration;
  }
}
