package org.fhiranchor.interceptors.identity.token;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The key set of an issuer whose address is found out when the first token arrives, so that a
 * server starts while its issuer is down. After a failure the issuer is left alone for {@link
 * #PAUSE}.
 */
final class DiscoveredKeys implements JWKSource<SecurityContext> {
  static final Duration PAUSE = Duration.ofSeconds(10);

  private final String issuer;
  private final Function<URI, JWKSource<SecurityContext>> keySets;
  private final Clock clock;
  private volatile Optional<JWKSource<SecurityContext>> found = Optional.empty();
  private Instant notBefore = Instant.MIN;

  DiscoveredKeys(String issuer, Function<URI, JWKSource<SecurityContext>> keySets, Clock clock) {
    this.issuer = issuer;
    this.keySets = keySets;
    this.clock = clock;
  }

  @Override
  public List<JWK> get(JWKSelector selector, SecurityContext context) throws KeySourceException {
    Optional<JWKSource<SecurityContext>> known = found;
    return (known.isPresent() ? known.get() : discover()).get(selector, context);
  }

  private synchronized JWKSource<SecurityContext> discover() throws RemoteKeySourceException {
    if (found.isPresent()) {
      return found.get();
    }
    if (clock.instant().isBefore(notBefore)) {
      throw new RemoteKeySourceException("issuer asked in vain a moment ago", new IOException());
    }
    try {
      JWKSource<SecurityContext> keys = keySets.apply(IssuerMetadata.fetch(issuer).keySet());
      found = Optional.of(keys);
      return keys;
    } catch (IOException e) {
      notBefore = clock.instant().plus(PAUSE);
      throw new RemoteKeySourceException("issuer metadata out of reach", e);
    }
  }
}
