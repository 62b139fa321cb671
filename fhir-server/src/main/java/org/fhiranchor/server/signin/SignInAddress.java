package org.fhiranchor.server.signin;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.server.Ssl;
import org.springframework.core.env.Environment;

/**
 * Where people sign in: one origin, known once the port is open. The same server under another name
 * of loopback leads there. The port that its scheme has by default stands in none of them, as
 * browsers leave it out; who writes it is led there too.
 */
final class SignInAddress {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "0:0:0:0:0:0:0:1");
  private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "[::1]");

  private final Environment environment;
  private final String scheme;

  SignInAddress(Environment environment, ServerProperties server) {
    this.environment = environment;
    this.scheme = Ssl.isEnabled(server.getSsl()) ? "https" : "http";
  }

  /** Such as {@code localhost}. */
  String host() {
    String bound = environment.getProperty("server.address", "localhost").strip();
    return LOOPBACK.contains(bound) ? "localhost" : bound;
  }

  Optional<String> port() {
    return Optional.ofNullable(environment.getProperty("local.server.port"));
  }

  /** The issuer, such as {@code http://localhost:8080}; empty while the port is not known. */
  Optional<String> origin() {
    return port().map(port -> origin(host(), port));
  }

  /** A page or endpoint of the issuer. */
  Optional<URI> at(String path) {
    return origin().map(origin -> URI.create(origin + path));
  }

  /** Under every name by which a browser on this machine may reach it. */
  List<String> everyOrigin() {
    return port().stream()
        .flatMap(
            port ->
                Stream.concat(Stream.of(host()), NAMES.stream())
                    .distinct()
                    .flatMap(name -> Stream.of(origin(name, port), written(name, port))))
        .distinct()
        .toList();
  }

  private String origin(String host, String port) {
    boolean usual = port.equals(scheme.equals("https") ? "443" : "80");
    return usual ? scheme + "://" + host : written(host, port);
  }

  private String written(String host, String port) {
    return scheme + "://" + host + ":" + port;
  }
}
