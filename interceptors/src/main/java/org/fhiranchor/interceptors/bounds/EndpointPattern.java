package org.fhiranchor.interceptors.bounds;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Addresses that this server may call: {@code https://host}, {@code https://host:8443/path} or, for
 * every port, {@code http://host:*}.
 *
 * @param scheme http or https
 * @param host exactly, in lower case
 * @param port empty for every one
 * @param path what the address' path begins with, in whole segments
 */
public record EndpointPattern(String scheme, String host, Optional<Integer> port, String path) {
  private static final String EVERY_PORT = ":*";

  /** Reads a setting; empty when it is none. */
  public static Optional<EndpointPattern> of(String text) {
    int everyPort = text.indexOf(EVERY_PORT);
    String address = everyPort < 0 ? text : text.replace(EVERY_PORT, "");
    return uri(address)
        .filter(uri -> everyPort < 0 || uri.getPort() < 0)
        .filter(uri -> uri.getRawQuery() == null)
        .map(
            uri ->
                new EndpointPattern(
                    lower(uri.getScheme()),
                    lower(uri.getHost()),
                    everyPort < 0 ? Optional.of(portOf(uri)) : Optional.empty(),
                    uri.getRawPath().replaceAll("/+$", "")));
  }

  /** Whether the address is one of these. */
  boolean allows(String endpoint) {
    return uri(endpoint)
        .filter(uri -> scheme.equals(lower(uri.getScheme())) && host.equals(lower(uri.getHost())))
        .filter(uri -> port.isEmpty() || port.get() == portOf(uri))
        .filter(uri -> uri.getRawPath().equals(path) || uri.getRawPath().startsWith(path + "/"))
        .isPresent();
  }

  /** An address with a host, and nothing in it that is read in more than one way. */
  private static Optional<URI> uri(String text) {
    try {
      URI uri = new URI(text);
      String path = Optional.ofNullable(uri.getRawPath()).orElse("");
      boolean plain =
          uri.getScheme() != null
              && uri.getHost() != null
              && uri.getRawUserInfo() == null
              && uri.getRawFragment() == null
              && !path.contains("..")
              && !path.contains("%")
              && !path.contains(";")
              && (lower(uri.getScheme()).equals("http") || lower(uri.getScheme()).equals("https"));
      return Optional.of(uri).filter(it -> plain);
    } catch (URISyntaxException notAnAddress) {
      return Optional.empty();
    }
  }

  private static int portOf(URI uri) {
    int usual = lower(uri.getScheme()).equals("https") ? 443 : 80;
    return uri.getPort() < 0 ? usual : uri.getPort();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
