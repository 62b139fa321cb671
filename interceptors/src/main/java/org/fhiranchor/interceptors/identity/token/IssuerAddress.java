package org.fhiranchor.interceptors.identity.token;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses that keys and metadata may be read from, and what counts as this machine alone. */
public final class IssuerAddress {
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[?[0-9A-Fa-f:.]+\\]?");

  private IssuerAddress() {}

  /**
   * An https address, or http on loopback.
   *
   * @throws IllegalArgumentException for anything else: keys read in the clear could be anybody's
   */
  static URI checked(String what, URI address) {
    if (!isSafe(address)) {
      throw new IllegalArgumentException(
          "%s: want https, or http on loopback, got %s".formatted(what, address));
    }
    return address;
  }

  static boolean isSafe(URI address) {
    String scheme = Optional.ofNullable(address.getScheme()).orElse("");
    String host = Optional.ofNullable(address.getHost()).orElse("");
    boolean safe = scheme.equals("https") || (scheme.equals("http") && isLoopback(host));
    return safe && !host.isEmpty();
  }

  /** Whether the host is {@code localhost} or a literal loopback address; no name is looked up. */
  public static boolean isLoopback(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    if (host.isEmpty() || !LITERAL.matcher(host).matches()) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
