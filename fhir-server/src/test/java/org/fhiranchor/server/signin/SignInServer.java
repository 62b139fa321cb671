package org.fhiranchor.server.signin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.demo.DemoToken;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;
import org.fhiranchor.server.FhirAnchorServer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/** A server with the demo issuer, as {@code make run} starts it, on a free port. */
final class SignInServer implements AutoCloseable {
  private static final Object LOCK = new Object();
  private static final List<SignInServer> SHARED = new ArrayList<>();

  private final ConfigurableApplicationContext context;
  private final Path data;

  private SignInServer(ConfigurableApplicationContext context, Path data) {
    this.context = context;
    this.data = data;
  }

  /** The one that tests share because it takes long to start; stopped when the JVM ends. */
  static SignInServer shared() {
    synchronized (LOCK) {
      if (SHARED.isEmpty()) {
        SHARED.add(start());
      }
      return SHARED.get(0);
    }
  }

  static SignInServer start(String... settings) {
    return startIn(newDataFolder(), settings);
  }

  /** The same data folder again. */
  SignInServer restarted() {
    context.close();
    return startIn(data);
  }

  private static SignInServer startIn(Path data, String... settings) {
    List<String> arguments = new ArrayList<>(List.of(settings));
    arguments.add("--server.port=0");
    arguments.add("--anchor.data=" + data);
    return new SignInServer(
        FhirAnchorServer.application().run(arguments.toArray(String[]::new)), data);
  }

  private static Path newDataFolder() {
    try {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target", "data")), "i");
    } catch (IOException cannotCreate) {
      throw new UncheckedIOException(cannotCreate);
    }
  }

  /** Such as {@code http://localhost:40123}, which is the issuer too. */
  String address() {
    return "http://localhost:" + port();
  }

  String port() {
    return context.getEnvironment().getRequiredProperty("local.server.port");
  }

  String fhir() {
    return address() + "/fhir";
  }

  Path data() {
    return data;
  }

  /** As {@code make token} signs it. */
  String minted(DemoRole role) {
    return EmbeddedIssuer.start(data, Clock.systemUTC()).mint(DemoToken.of(role));
  }

  /** As if so much time had gone by since this code or refresh token was made. */
  void age(String token, Duration by) {
    Authorizations all = context.getBean(Authorizations.class);
    OAuth2Authorization found =
        Optional.ofNullable(all.findByToken(token, new OAuth2TokenType("code")))
            .or(() -> Optional.ofNullable(all.findByToken(token, OAuth2TokenType.REFRESH_TOKEN)))
            .orElseThrow();
    OAuth2Authorization.Builder aged = OAuth2Authorization.from(found);
    Optional.ofNullable(found.getToken(OAuth2AuthorizationCode.class))
        .map(OAuth2Authorization.Token::getToken)
        .filter(code -> code.getTokenValue().equals(token))
        .ifPresent(
            code ->
                aged.token(
                    new OAuth2AuthorizationCode(
                        token, before(code.getIssuedAt(), by), before(code.getExpiresAt(), by))));
    Optional.ofNullable(found.getRefreshToken())
        .map(OAuth2Authorization.Token::getToken)
        .filter(refresh -> refresh.getTokenValue().equals(token))
        .ifPresent(
            refresh ->
                aged.token(
                    new OAuth2RefreshToken(
                        token,
                        before(refresh.getIssuedAt(), by),
                        before(refresh.getExpiresAt(), by))));
    all.save(aged.build());
  }

  private static Instant before(@Nullable Instant then, Duration by) {
    return Objects.requireNonNull(then).minus(by);
  }

  @Override
  public void close() {
    context.close();
  }
}
