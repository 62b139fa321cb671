package org.fhiranchor.server.console;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.SmartConfiguration;

/**
 * Where the console exchanges a code, and ends a token: the origins of the issuer's endpoints for
 * that, as a page's policy names them. None while the issuer has never said where it is, and where
 * nobody signs in.
 */
final class IssuerOrigins {
  private final Supplier<Optional<SmartConfiguration>> discovery;

  /**
   * Asks nobody yet.
   *
   * @param discovery what is told to apps; may take some seconds
   */
  IssuerOrigins(Supplier<Optional<SmartConfiguration>> discovery) {
    this.discovery = discovery;
  }

  List<String> current() {
    return discovery.get().map(SmartConfiguration::endpoints).stream()
        .flatMap(said -> Stream.of(said.token(), said.revocation()))
        .flatMap(Optional::stream)
        .flatMap(endpoint -> origin(endpoint).stream())
        .distinct()
        .toList();
  }

  /** A host that is a name or a number: nothing else can stand in a policy. */
  private static Optional<String> origin(URI endpoint) {
    String port = endpoint.getPort() == -1 ? "" : ":" + endpoint.getPort();
    return Optional.ofNullable(endpoint.getHost())
        .filter(host -> !host.startsWith("["))
        .map(host -> endpoint.getScheme() + "://" + host + port);
  }
}
