package org.fhiranchor.server.signin;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AccessTokenResponseAuthenticationSuccessHandler;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.session.DisableEncodeUrlFilter;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** Spring Authorization Server, put together for this issuer. */
final class SignInChain {
  static final String OPENID = "/.well-known/openid-configuration";
  static final String OAUTH = "/.well-known/oauth-authorization-server";
  static final String[] PATTERNS = {"/oauth2/*", OPENID, OAUTH};

  /** A form of these pages leads on to an app, which is on this machine. */
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none';"
          + " form-action 'self' http://localhost:* https://localhost:* http://127.0.0.1:*"
          + " https://127.0.0.1:*";

  private final SignInAddress address;
  private final Apps apps;
  private final UsedAssertions assertions;
  private final Authorizations authorizations;
  private final SmartTokens tokens;
  private final JWKSource<SecurityContext> keys;
  private final OneClick people;
  private final AuthorizationRequests requests;

  SignInChain(
      SignInAddress address,
      Apps apps,
      UsedAssertions assertions,
      Authorizations authorizations,
      SmartTokens tokens,
      JWKSource<SecurityContext> keys,
      OneClick people,
      AuthorizationRequests requests) {
    this.address = address;
    this.apps = apps;
    this.assertions = assertions;
    this.authorizations = authorizations;
    this.tokens = tokens;
    this.keys = keys;
    this.people = people;
    this.requests = requests;
  }

  private static RequestMatcher path(String pattern) {
    return PathPatternRequestMatcher.withDefaults().matcher(pattern);
  }

  SecurityFilterChain build(HttpSecurity http) throws Exception {
    http.securityMatcher(new OrRequestMatcher(path("/oauth2/**"), path(OPENID), path(OAUTH)))
        .addFilterBefore(new LoopbackRequests(address), DisableEncodeUrlFilter.class)
        .addFilterBefore(new OneAtATime(), DisableEncodeUrlFilter.class)
        .addFilterBefore(new PostedRequests(), DisableEncodeUrlFilter.class)
        .with(OAuth2AuthorizationServerConfigurer.authorizationServer(), this::server)
        .authenticationProvider(people)
        .formLogin(
            form ->
                form.loginPage(SignInPages.SIGN_IN)
                    .usernameParameter("person")
                    .passwordParameter("none")
                    .permitAll())
        .logout(logout -> logout.disable())
        .exceptionHandling(
            failures ->
                failures.defaultAccessDeniedHandlerFor(
                    SignInPages::outOfDate,
                    new OrRequestMatcher(path(SignInPages.SIGN_IN), path(LaunchPage.LAUNCH))))
        .csrf(csrf -> csrf.ignoringRequestMatchers(path("/oauth2/register")))
        .authorizeHttpRequests(
            all ->
                all.requestMatchers(
                        path(SignInPages.SIGN_IN),
                        path(SignInPages.STYLE),
                        path(SignInPages.APP_STYLE),
                        path("/oauth2/register"))
                    .permitAll()
                    .anyRequest()
                    .authenticated())
        .headers(
            headers ->
                headers
                    .contentSecurityPolicy(policy -> policy.policyDirectives(POLICY))
                    .frameOptions(frames -> frames.deny())
                    .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN)));
    return http.build();
  }

  private void server(OAuth2AuthorizationServerConfigurer server) {
    SignInMetadata metadata = new SignInMetadata(address);
    AuthorizationResponses responses = new AuthorizationResponses(address);
    PublicClients publicClients = new PublicClients(apps);
    ClientRefusals refusals = new ClientRefusals();
    server
        .authorizationServerSettings(
            AuthorizationServerSettings.builder()
                .oidcUserInfoEndpoint("/oauth2/userinfo")
                .oidcLogoutEndpoint("/oauth2/logout")
                .build())
        .registeredClientRepository(apps)
        .authorizationService(authorizations)
        .authorizationConsentService(new NothingRemembered())
        .tokenGenerator(generator())
        .clientAuthentication(
            clients ->
                clients
                    .authenticationConverter(new AssertionRequests())
                    .authenticationConverter(publicClients)
                    .authenticationConverters(converters -> converters.add(refusals))
                    .errorResponseHandler(refusals)
                    .authenticationProvider(publicClients)
                    .authenticationProviders(this::assertions))
        .authorizationEndpoint(
            endpoint ->
                endpoint
                    .consentPage(SignInPages.CONSENT)
                    .authorizationRequestConverters(
                        converters -> {
                          converters.clear();
                          converters.add(requests);
                          converters.add(new ConsentRequests(authorizations));
                        })
                    .authenticationProviders(this::requests)
                    .authorizationResponseHandler(responses)
                    .errorResponseHandler(responses))
        .tokenEndpoint(endpoint -> endpoint.accessTokenResponseHandler(withContext()))
        .authorizationServerMetadataEndpoint(
            endpoint ->
                endpoint.authorizationServerMetadataCustomizer(
                    document -> document.claims(metadata::amend)))
        .oidc(
            oidc ->
                oidc.providerConfigurationEndpoint(
                    endpoint ->
                        endpoint.providerConfigurationCustomizer(
                            document -> document.claims(metadata::amend))));
  }

  private DelegatingOAuth2TokenGenerator generator() {
    JwtGenerator jwts = new JwtGenerator(new NimbusJwtEncoder(keys));
    jwts.setJwtCustomizer(tokens);
    return new DelegatingOAuth2TokenGenerator(jwts, new RefreshTokens());
  }

  private void assertions(List<AuthenticationProvider> providers) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof JwtClientAssertionAuthenticationProvider ours) {
        ours.setJwtDecoderFactory(
            new ClientAssertions(apps, address, assertions, Clock.systemUTC()));
      }
    }
  }

  private void requests(List<AuthenticationProvider> providers) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof OAuth2AuthorizationCodeRequestAuthenticationProvider ours) {
        ours.setAuthenticationValidator(requests);
        ours.setAuthorizationConsentRequired(
            asked ->
                asked.getRegisteredClient().getClientSettings().isRequireAuthorizationConsent());
      }
    }
  }

  /** Beside the token an app reads whose record it is for (SMART App Launch, section 2.0.11). */
  private OAuth2AccessTokenResponseAuthenticationSuccessHandler withContext() {
    OAuth2AccessTokenResponseAuthenticationSuccessHandler handler =
        new OAuth2AccessTokenResponseAuthenticationSuccessHandler();
    handler.setAccessTokenResponseCustomizer(
        context -> {
          OAuth2AccessTokenAuthenticationToken issued = context.getAuthentication();
          Map<String, Object> beside = new java.util.HashMap<>(issued.getAdditionalParameters());
          Optional.ofNullable(
                  authorizations.findByToken(
                      issued.getAccessToken().getTokenValue(), OAuth2TokenType.ACCESS_TOKEN))
              .map(made -> tokens.context(made, issued.getAccessToken().getScopes()))
              .ifPresent(beside::putAll);
          context.getAccessTokenResponse().additionalParameters(beside);
        });
    return handler;
  }
}
