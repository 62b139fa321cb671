package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/** How many authorizations stand, and which go first. */
final class AuthorizationsTest {
  private static final int EACH = 100;
  private static final int MOST = 1_000;

  @TempDir private Path data;
  private Authorizations authorizations;

  @BeforeEach
  void start() {
    authorizations = started();
  }

  private Authorizations started() {
    Apps apps = Apps.of(data, new SignInAddress(new StandardEnvironment(), new ServerProperties()));
    return new Authorizations(
        one -> one, AuthorizationFile.of(data, apps, DemoPeople.of(data)), apps::used);
  }

  /** That somebody is signed in to an app, under a refresh token of this value. */
  private void signIn(String person, String app, String token) {
    DemoPerson who = SignInPeople.named(person, DemoRole.PRACTITIONER);
    Instant now = Instant.now();
    authorizations.save(
        OAuth2Authorization.withRegisteredClient(SignInPeople.app(app).registered())
            .id(token)
            .principalName(who.getName())
            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
            .attribute(
                Principal.class.getName(),
                UsernamePasswordAuthenticationToken.authenticated(who, null, List.of()))
            .refreshToken(new OAuth2RefreshToken(token, now, now.plus(Duration.ofDays(7))))
            .build());
  }

  private boolean stands(String token) {
    return authorizations.findByToken(token, OAuth2TokenType.REFRESH_TOKEN) != null
        && authorizations.findById(token) != null;
  }

  @Test
  @DisplayName(
      "SIGN-2i 100 authorizations stand for one person at one app; the oldest goes first, and"
          + " nobody else's")
  void each() {
    signIn("other", "app", "of another person");
    signIn("person", "another", "at another app");
    for (int place = 0; place < EACH; place++) {
      signIn("person", "app", "token " + place);
    }
    assertThat(stands("token 0")).isTrue();

    signIn("person", "app", "one more");

    assertThat(stands("token 0")).isFalse();
    assertThat(stands("token 1")).isTrue();
    assertThat(stands("one more")).isTrue();
    assertThat(stands("of another person")).isTrue();
    assertThat(stands("at another app")).isTrue();
  }

  @Test
  @DisplayName("SIGN-2i 1,000 authorizations stand in all; the oldest goes first")
  void all() {
    for (int place = 0; place < MOST; place++) {
      signIn("person " + place % (MOST / EACH), "app", "token " + place);
    }
    assertThat(stands("token 0")).isTrue();

    signIn("one more", "app", "one more");

    assertThat(stands("token 0")).isFalse();
    assertThat(stands("token 1")).isTrue();
    assertThat(stands("one more")).isTrue();
  }
}
