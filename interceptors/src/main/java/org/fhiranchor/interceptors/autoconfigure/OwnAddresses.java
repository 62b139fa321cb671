package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.rest.server.RestfulServer;
import com.google.common.base.Strings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.token.IssuerAddress;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.core.env.Environment;

/**
 * The base addresses of this server (WHO-2): {@code anchor.base-urls} and {@code
 * server.fhir.base-url}, and where neither is set and the server listens on loopback alone, the
 * names of loopback with its port. Never what a request says. The port may be known only once it is
 * open.
 */
public final class OwnAddresses implements Supplier<List<String>> {
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");
  private static final List<String> TLS =
      List.of(
          "server.ssl.bundle",
          "server.ssl.certificate",
          "server.ssl.key-store",
          "server.ssl.key-store-type");

  private static final Pattern URL =
      Pattern.compile("(https?)://(\\[[^]]+]|[^/:]+)(:[0-9]+)?(/.*)?");

  private final Environment environment;
  private final List<String> set;
  private final ObjectProvider<ServletRegistrationBean<?>> servlets;
  private volatile Optional<List<String>> known = Optional.empty();

  /**
   * The addresses of a server.
   *
   * @param set {@code anchor.base-urls}
   * @param servlets to find the path of the FHIR API
   */
  OwnAddresses(
      Environment environment,
      List<String> set,
      ObjectProvider<ServletRegistrationBean<?>> servlets) {
    this.environment = environment;
    this.servlets = servlets;
    List<String> all = new ArrayList<>();
    Stream.concat(
            set.stream(),
            Optional.ofNullable(environment.getProperty("server.fhir.base-url")).stream())
        .map(OwnAddresses::withoutSlash)
        .flatMap(OwnAddresses::withAndWithoutPort)
        .filter(url -> !all.contains(url))
        .forEach(all::add);
    this.set = List.copyOf(all);
  }

  /** The port that a scheme has by default may be written or left out. */
  private static Stream<String> withAndWithoutPort(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      return Stream.of(url);
    }
    String scheme = parts.group(1);
    String usual = scheme.equals("https") ? ":443" : ":80";
    String port = Strings.nullToEmpty(parts.group(3));
    if (!port.isEmpty() && !port.equals(usual)) {
      return Stream.of(url);
    }
    String other = port.isEmpty() ? usual : "";
    return Stream.of(
        url, scheme + "://" + parts.group(2) + other + Strings.nullToEmpty(parts.group(4)));
  }

  private static String withoutSlash(String url) {
    String stripped = url.strip();
    return stripped.endsWith("/") ? stripped.substring(0, stripped.length() - 1) : stripped;
  }

  /** Each without a slash at the end; none while the port is not known. */
  @Override
  public List<String> get() {
    Optional<List<String>> found = known;
    if (found.isEmpty()) {
      found = set.isEmpty() ? port().map(this::loopback) : Optional.of(set);
      known = found;
    }
    return found.orElse(List.of());
  }

  private List<String> loopback(String port) {
    if (!IssuerAddress.isLoopback(property("server.address"))) {
      return List.of();
    }
    String scheme = isTls() ? "https" : "http";
    List<String> paths = paths();
    return LOOPBACK.stream()
        .flatMap(host -> paths.stream().map(path -> scheme + "://" + host + ":" + port + path))
        .flatMap(OwnAddresses::withAndWithoutPort)
        .toList();
  }

  private boolean isTls() {
    return TLS.stream().anyMatch(key -> !property(key).isEmpty())
        && !property("server.ssl.enabled").equals("false");
  }

  private Optional<String> port() {
    return Stream.of(property("local.server.port"), property("server.port"), "8080")
        .filter(port -> !port.isEmpty())
        .findFirst()
        .filter(port -> !port.equals("0") && !port.equals("-1"));
  }

  private List<String> paths() {
    String context = withoutSlash(property("server.servlet.context-path"));
    List<String> paths = new ArrayList<>();
    for (ServletRegistrationBean<?> registration : servlets) {
      if (registration.getServlet() instanceof RestfulServer) {
        registration
            .getUrlMappings()
            .forEach(mapping -> paths.add(context + mapping.replaceFirst("/?\\*?$", "")));
      }
    }
    return paths;
  }

  private String property(String name) {
    return environment.getProperty(name, "").strip();
  }
}
