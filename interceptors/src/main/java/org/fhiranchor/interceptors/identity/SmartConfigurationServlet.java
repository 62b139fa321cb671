package org.fhiranchor.interceptors.identity;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.token.KnownIssuer;

/** Serves the SMART configuration where it is mapped, to everybody, browsers of any origin too. */
public final class SmartConfigurationServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final String ORIGIN = "Access-Control-Allow-Origin";
  private static final String NOT_KNOWN =
      "{\"error\": \"temporarily_unavailable\","
          + " \"error_description\": \"the issuer has not said yet where to sign in\"}\n";

  private final transient SmartDiscovery discovery;

  /** Serves what is true when it is asked. */
  public SmartConfigurationServlet(SmartDiscovery discovery) {
    this.discovery = discovery;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    write(discovery, response);
  }

  static void write(SmartDiscovery discovery, HttpServletResponse response) throws IOException {
    Optional<SmartConfiguration> known = discovery.current();
    if (known.isPresent()) {
      response.setStatus(HttpServletResponse.SC_OK);
      response.setHeader("Cache-Control", "public, max-age=" + KnownIssuer.FRESH.toSeconds());
    } else {
      response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("Retry-After", Long.toString(KnownIssuer.PAUSE.toSeconds()));
    }
    // A filter of the server may have answered for this origin already; its answer is the narrower.
    if (response.getHeader(ORIGIN) == null) {
      response.setHeader(ORIGIN, "*");
    }
    byte[] document =
        known.map(SmartConfiguration::json).orElse(NOT_KNOWN).getBytes(StandardCharsets.UTF_8);
    response.setContentType("application/json");
    response.setContentLength(document.length);
    response.getOutputStream().write(document);
  }
}
