package org.fhiranchor.interceptors.autoconfigure;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.consent.operations.Passkeys;

/**
 * The site whose passkeys count (KEY-3): as set, or else the host of this server's first address
 * that is a name, and the origins of its addresses under that name. Never what a request says.
 */
final class PasskeyAddress implements Supplier<Optional<Passkeys.Site>> {
  private final AnchorSettings.PasskeySite set;
  private final Supplier<List<String>> own;

  PasskeyAddress(AnchorSettings.PasskeySite set, Supplier<List<String>> own) {
    this.set = set;
    this.own = own;
  }

  @Override
  public Optional<Passkeys.Site> get() {
    List<URI> addresses = own.get().stream().map(URI::create).toList();
    Optional<String> party =
        set.relyingParty()
            .or(
                () ->
                    addresses.stream()
                        .map(URI::getHost)
                        .filter(PasskeyAddress::isName)
                        .findFirst());
    return party
        .map(name -> new Passkeys.Site(name, origins(name, addresses)))
        .filter(site -> !site.origins().isEmpty());
  }

  /** A browser makes no passkey for a number. */
  private static boolean isName(String host) {
    return host != null && !host.startsWith("[") && !host.matches("[0-9.]+");
  }

  private Set<String> origins(String party, List<URI> addresses) {
    Set<String> origins = new HashSet<>(set.origins());
    if (origins.isEmpty()) {
      addresses.stream()
          .filter(url -> isUnder(url.getHost(), party))
          .map(PasskeyAddress::origin)
          .forEach(origins::add);
    }
    return origins;
  }

  private static boolean isUnder(String host, String party) {
    return host != null && (host.equals(party) || host.endsWith("." + party));
  }

  /** As browsers write it: without the port that the scheme has by default. */
  private static String origin(URI url) {
    int usual = url.getScheme().equals("https") ? 443 : 80;
    String port = url.getPort() == -1 || url.getPort() == usual ? "" : ":" + url.getPort();
    return url.getScheme() + "://" + url.getHost() + port;
  }
}
