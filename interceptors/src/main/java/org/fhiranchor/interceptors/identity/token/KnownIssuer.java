package org.fhiranchor.interceptors.identity.token;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the issuer publishes about itself, kept. It is asked when somebody first wants to know, and
 * again once its answer is older than {@link #FRESH}; while it is away the last good answer stands,
 * and it is left alone for {@link #PAUSE} after each failure. One request at a time asks; all
 * others get what is known at once. So a stranger's requests make the server ask at most once a
 * pause.
 */
public final class KnownIssuer {
  /** How long an answer is taken for the newest. */
  public static final Duration FRESH = Duration.ofMinutes(5);

  /** How long an issuer that did not answer is left alone. */
  public static final Duration PAUSE = DiscoveredKeys.PAUSE;

  private static final Logger LOG = LoggerFactory.getLogger(KnownIssuer.class);

  private final String issuer;
  private final Clock clock;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile Optional<IssuerMetadata> known = Optional.empty();
  private volatile Instant notBefore = Instant.MIN;
  private boolean away;

  /**
   * Asks nobody yet.
   *
   * @throws IllegalArgumentException when the address is neither https nor on loopback
   */
  public KnownIssuer(String issuer, Clock clock) {
    IssuerAddress.checked("issuer", URI.create(issuer));
    this.issuer = issuer;
    this.clock = clock;
  }

  /** The issuer's own name. */
  public String issuer() {
    return issuer;
  }

  /** The newest answer there is; empty when it never gave one. Takes at most five seconds. */
  public Optional<IssuerMetadata> metadata() {
    if (clock.instant().isBefore(notBefore) || !asking.tryLock()) {
      return known;
    }
    try {
      ask();
    } finally {
      asking.unlock();
    }
    return known;
  }

  private void ask() {
    if (clock.instant().isBefore(notBefore)) {
      return;
    }
    try {
      known = Optional.of(IssuerMetadata.fetch(issuer));
      notBefore = clock.instant().plus(FRESH);
      away = false;
    } catch (IOException failure) {
      notBefore = clock.instant().plus(PAUSE);
      logOnce(failure);
      away = true;
    }
  }

  /** A line for each time that it goes away, not for each time that it is asked in vain. */
  private void logOnce(IOException failure) {
    if (!away) {
      LOG.warn(
          "issuer does not say where to sign in issuer={} known={} reason={}",
          issuer,
          known.isPresent(),
          String.valueOf(failure.getMessage()));
    }
  }
}
