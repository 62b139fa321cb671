package org.fhiranchor.interceptors.identity.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.fhiranchor.interceptors.identity.Requesters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BearerTokensTest {
  private static final Requester SOMEBODY = Requesters.with("");
  private final BearerTokens tokens =
      new BearerTokens(
          token ->
              token.startsWith("good")
                  ? new TokenResult.Valid(SOMEBODY, Instant.MAX)
                  : new TokenResult.Refused(Refusal.TOKEN_NOT_TRUSTED));

  private TokenResult refused(Refusal why) {
    return new TokenResult.Refused(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer good", "bearer good", "BEARER  good "})
  void takesTheTokenOutOfTheHeader(String header) {
    assertThat(tokens.check(List.of(header)))
        .isEqualTo(new TokenResult.Valid(SOMEBODY, Instant.MAX));
  }

  @Test
  void noHeaderIsNoToken() {
    assertThat(tokens.check(List.of())).isEqualTo(refused(Refusal.NO_TOKEN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "good",
        "Basic Z29vZA==",
        "Bearer good, Bearer good",
        "Bearer go od",
        "Bearer \"good\"",
        "Bearer good\u0000"
      })
  void anythingElseIsNotABearerToken(String header) {
    assertThat(tokens.check(List.of(header))).isEqualTo(refused(Refusal.NOT_BEARER));
  }

  @Test
  void twoHeadersAreOneTooMany() {
    assertThat(tokens.check(List.of("Bearer good", "Bearer bad")))
        .isEqualTo(refused(Refusal.NOT_BEARER));
  }

  @Test
  void readsTokensUpToTheLimitAndNoLonger() {
    String longest = "Bearer good" + "a".repeat(BearerTokens.MAX_LENGTH - "Bearer good".length());
    assertThat(tokens.check(List.of(longest))).isInstanceOf(TokenResult.Valid.class);
    assertThat(tokens.check(List.of(longest + "a"))).isEqualTo(refused(Refusal.TOKEN_TOO_LONG));
    assertThat(tokens.check(List.of("Bearer " + "a".repeat(1 << 20))))
        .isEqualTo(refused(Refusal.TOKEN_TOO_LONG));
  }
}
