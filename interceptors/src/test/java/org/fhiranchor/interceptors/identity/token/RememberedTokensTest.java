package org.fhiranchor.interceptors.identity.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.fhiranchor.interceptors.identity.Requesters;
import org.fhiranchor.interceptors.testing.SteppingClock;
import org.junit.jupiter.api.Test;

final class RememberedTokensTest {
  private final SteppingClock clock = new SteppingClock();
  private final AtomicInteger checked = new AtomicInteger();

  private RememberedTokens expiringIn(Duration life) {
    TokenResult.Valid valid =
        new TokenResult.Valid(Requesters.with("user/*.rs"), clock.instant().plus(life));
    return new RememberedTokens(
        token -> {
          checked.incrementAndGet();
          return token.startsWith("good")
              ? valid
              : new TokenResult.Refused(Refusal.TOKEN_NOT_TRUSTED);
        },
        clock);
  }

  @Test
  void checksATokenOnceAndAgainWhenTheMemoryEnds() {
    RememberedTokens tokens = expiringIn(Duration.ofHours(1));
    tokens.decode("good");
    clock.forward(RememberedTokens.MEMORY.minusMillis(1));
    assertThat(tokens.decode("good")).isInstanceOf(TokenResult.Valid.class);
    assertThat(checked).hasValue(1);
    clock.forward(Duration.ofMillis(1));
    tokens.decode("good");
    assertThat(checked).hasValue(2);
  }

  @Test
  void checksAgainAtTheVeryInstantOfExpiry() {
    RememberedTokens tokens = expiringIn(Duration.ofSeconds(5));
    tokens.decode("good");
    clock.forward(Duration.ofSeconds(5));
    tokens.decode("good");
    assertThat(checked).hasValue(2);
  }

  @Test
  void remembersNoRefusal() {
    RememberedTokens tokens = expiringIn(Duration.ofHours(1));
    tokens.decode("bad");
    tokens.decode("bad");
    assertThat(checked).hasValue(2);
    assertThat(tokens.size()).isZero();
  }

  @Test
  void remembersUpToTheLimitAndForgetsTheLeastRecentlyUsed() {
    RememberedTokens tokens = expiringIn(Duration.ofHours(1));
    for (int i = 0; i < RememberedTokens.MAX_TOKENS; i++) {
      tokens.decode("good" + i);
    }
    tokens.decode("good0");
    assertThat(checked).hasValue(RememberedTokens.MAX_TOKENS);
    tokens.decode("good-one-more");
    assertThat(tokens.size()).isEqualTo(RememberedTokens.MAX_TOKENS);
    tokens.decode("good0");
    assertThat(checked).hasValue(RememberedTokens.MAX_TOKENS + 1);
    tokens.decode("good1");
    assertThat(checked).hasValue(RememberedTokens.MAX_TOKENS + 2);
  }
}
