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
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
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
    Instant now = Instant.now();
    authorizations.save(
        of(person, app, token)
            .refreshToken(new OAuth2RefreshToken(token, now, now.plus(Duration.ofDays(7))))
            .build());
  }

  /** That somebody is being asked what the app may do: no token is written down. */
  private void ask(String person, String app, String state) {
    authorizations.save(
        of(person, app, state).attribute(OAuth2ParameterNames.STATE, state).build());
  }

  private static OAuth2Authorization.Builder of(String person, String app, String id) {
    DemoPerson who = SignInPeople.named(person, DemoRole.PRACTITIONER);
    return OAuth2Authorization.withRegisteredClient(SignInPeople.app(app).registered())
        .id(id)
        .principalName(who.getName())
        .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
        .attribute(
            Principal.class.getName(),
            UsernamePasswordAuthenticationToken.authenticated(who, null, List.of()));
  }

  private boolean stands(String token) {
    return stands(token, OAuth2TokenType.REFRESH_TOKEN);
  }

  private boolean isAsked(String state) {
    return stands(state, new OAuth2TokenType(OAuth2ParameterNames.STATE));
  }

  private boolean stands(String token, OAuth2TokenType type) {
    return authorizations.findByToken(token, type) != null
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
  @DisplayName("SIGN-2i a browser that is made to ask very often signs nobody out")
  void asking() {
    signIn("person", "app", "token");
    for (int place = 0; place <= MOST; place++) {
      ask("person", "app " + place / EACH, "state " + place);
      ask("person", "app", "more " + place);
    }
    assertThat(stands("token")).isTrue();
    assertThat(isAsked("more " + MOST)).isTrue();
    assertThat(isAsked("more " + (MOST - EACH))).isFalse();
  }

  @Test
  @DisplayName("SIGN-2i where 1,000 got tokens, one more is asked all the same")
  void askedOneMore() {
    for (int place = 0; place < MOST; place++) {
      signIn("person " + place % (MOST / EACH), "app", "token " + place);
    }
    ask("person", "app", "state");
    ask("person", "app", "another");
    assertThat(isAsked("state")).isFalse();
    assertThat(isAsked("another")).isTrue();
    assertThat(stands("token 0")).isFalse();
    assertThat(stands("token 1")).isTrue();
  }

  @Test
  @DisplayName("SIGN-2i 1,000 authorizations stand in all; the oldest goes first")
  void all() {
    for (int place = 0; place < MOST; place++) {
      ask("person " + place % (MOST / EACH), "app", "state " + place);
    }
    assertThat(isAsked("state 0")).isTrue();

    signIn("one more", "app", "one more");

    assertThat(isAsked("state 0")).isFalse();
    assertThat(isAsked("state 1")).isTrue();
    assertThat(stands("one more")).isTrue();
  }
}
