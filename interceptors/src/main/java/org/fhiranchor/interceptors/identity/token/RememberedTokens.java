package org.fhiranchor.interceptors.identity.token;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.merkle.Digest;

/**
 * Spares the signature check for a token that held a moment ago: clients send the same one with
 * every request. Good tokens alone are remembered, by their hash, for {@link #MEMORY} and never
 * past their expiry; the least recently used goes first.
 */
final class RememberedTokens implements TokenDecoder {
  /**
   * How long a key that the issuer has withdrawn may go on working here, beside the life of the
   * fetched key set.
   */
  static final Duration MEMORY = Duration.ofSeconds(60);

  static final int MAX_TOKENS = 10_000;

  private final TokenDecoder decoder;
  private final Clock clock;
  private final Map<Digest, TokenResult.Valid> remembered = new LinkedHashMap<>(16, 0.75f, true);

  RememberedTokens(TokenDecoder decoder, Clock clock) {
    this.decoder = decoder;
    this.clock = clock;
  }

  @Override
  public TokenResult decode(String token) {
    Digest hash = Digest.sha256(token.getBytes(StandardCharsets.UTF_8));
    Optional<TokenResult.Valid> known = recall(hash);
    if (known.isPresent()) {
      return known.get();
    }
    TokenResult result = decoder.decode(token);
    if (result instanceof TokenResult.Valid valid) {
      remember(hash, valid);
    }
    return result;
  }

  private synchronized Optional<TokenResult.Valid> recall(Digest hash) {
    return Optional.ofNullable(remembered.get(hash))
        .filter(valid -> clock.instant().isBefore(valid.until()));
  }

  private synchronized void remember(Digest hash, TokenResult.Valid valid) {
    Instant latest = clock.instant().plus(MEMORY);
    Instant until = valid.until().isBefore(latest) ? valid.until() : latest;
    remembered.put(hash, new TokenResult.Valid(valid.requester(), until));
    if (remembered.size() > MAX_TOKENS) {
      remembered.remove(remembered.keySet().iterator().next());
    }
  }

  synchronized int size() {
    return remembered.size();
  }
}
