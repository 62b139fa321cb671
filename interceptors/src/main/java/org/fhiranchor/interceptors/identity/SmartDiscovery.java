package org.fhiranchor.interceptors.identity;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.identity.token.KnownIssuer;

/** What is true of signing in at this moment (SIGN-3). */
public final class SmartDiscovery {
  private final Supplier<Optional<SmartConfiguration>> now;

  private SmartDiscovery(Supplier<Optional<SmartConfiguration>> now) {
    this.now = now;
  }

  /**
   * With a sign-in of this server's own.
   *
   * @param signIn what it serves; empty while its address is not known yet
   */
  public static SmartDiscovery of(Supplier<Optional<SmartConfiguration>> signIn) {
    return new SmartDiscovery(signIn);
  }

  /** With the demo issuer, where it has no sign-in. */
  public static SmartDiscovery demo() {
    Optional<SmartConfiguration> demo = Optional.of(SmartConfiguration.demo());
    return new SmartDiscovery(() -> demo);
  }

  /**
   * With an OAuth server: what it publishes.
   *
   * @param keySet what the settings say of its keys. With it an issuer need publish nothing;
   *     without it nothing is known until the issuer answered once
   */
  public static SmartDiscovery of(KnownIssuer issuer, Optional<URI> keySet) {
    Optional<SmartConfiguration> meanwhile =
        keySet.map(keys -> SmartConfiguration.of(issuer.issuer(), keys));
    return new SmartDiscovery(
        () -> issuer.metadata().map(SmartConfiguration::of).or(() -> meanwhile));
  }

  /** Empty while the issuer has never said where to sign in. May ask it, for at most 5 seconds. */
  public Optional<SmartConfiguration> current() {
    return now.get();
  }
}
