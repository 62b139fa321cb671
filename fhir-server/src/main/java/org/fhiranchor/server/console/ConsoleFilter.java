package org.fhiranchor.server.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.server.console.ConsoleFiles.ConsoleFile;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Answers browsers with the console; every other request goes on as if it were not there. */
final class ConsoleFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private static final String ASSETS = "/console/";
  private static final int NONCE_BYTES = 16;
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  /** What stands in a page where the nonce of its style sheets goes. */
  private static final String NONCE = "{{nonce}}";

  /** Whoever checks a proof names the ledger's node, which may be anywhere. */
  private static final String ANY_NODE = "'self' http: https:";

  private final transient ConsoleFiles files;
  private final transient SecureRandom random;
  private final transient IssuerOrigins issuer;

  ConsoleFilter(ConsoleFiles files, SecureRandom random, IssuerOrigins issuer) {
    this.files = files;
    this.random = random;
    this.issuer = issuer;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!answered(request, response)) {
      chain.doFilter(request, response);
    }
  }

  private boolean answered(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      return false;
    }
    String path = request.getRequestURI().substring(request.getContextPath().length());
    if (path.startsWith(ASSETS)) {
      return asset(path.substring(ASSETS.length()), response);
    }
    if (path.equals("/check.html")) {
      return page(files.page("check.html"), ANY_NODE, response);
    }
    if (!path.equals("/")) {
      return false;
    }
    response.addHeader("Vary", "Accept");
    return wantsHtml(request) && page(files.page("index.html"), ownAndIssuer(), response);
  }

  /** Who signs in at an issuer elsewhere exchanges the code there. */
  private String ownAndIssuer() {
    return Stream.concat(Stream.of("'self'"), issuer.current().stream())
        .collect(Collectors.joining(" "));
  }

  /** Only who says so: {@code *}{@code /*} is a program. */
  private static boolean wantsHtml(HttpServletRequest request) {
    String accept = Optional.ofNullable(request.getHeader("Accept")).orElse("");
    try {
      return MediaType.parseMediaTypes(accept).stream()
          .anyMatch(type -> type.equalsTypeAndSubtype(MediaType.TEXT_HTML) && wanted(type));
    } catch (InvalidMediaTypeException unreadable) {
      return false;
    }
  }

  private static boolean wanted(MediaType type) {
    return type.getQualityValue() > 0;
  }

  private boolean page(Optional<ConsoleFile> file, String connect, HttpServletResponse response)
      throws IOException {
    if (file.isEmpty()) {
      return false;
    }
    byte[] bytes = new byte[NONCE_BYTES];
    random.nextBytes(bytes);
    String nonce = Base64.getEncoder().encodeToString(bytes);
    response.setHeader("Content-Security-Policy", policy(nonce, connect));
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cache-Control", "no-store");
    return send(file.get().text().replace(NONCE, nonce), file.get().type(), response);
  }

  private boolean asset(String name, HttpServletResponse response) throws IOException {
    Optional<ConsoleFile> file = files.asset(name);
    if (file.isEmpty()) {
      return false;
    }
    response.setHeader(
        "Cache-Control", ConsoleFiles.isNamedByContent(name) ? FOR_EVER : "public, max-age=3600");
    response.setHeader("Content-Security-Policy", "default-src 'none'");
    return send(file.get().text(), file.get().type(), response);
  }

  private static boolean send(String text, String type, HttpServletResponse response)
      throws IOException {
    byte[] content = text.getBytes(UTF_8);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setContentType(type);
    response.setContentLength(content.length);
    response.getOutputStream().write(content);
    return true;
  }

  private static String policy(String nonce, String connect) {
    return String.join(
        "; ",
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'nonce-" + nonce + "'",
        "img-src 'self'",
        "connect-src " + connect,
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'");
  }
}
