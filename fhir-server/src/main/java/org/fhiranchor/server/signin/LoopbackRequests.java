package org.fhiranchor.server.signin;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Nobody signs in but at the one address on this machine. A page elsewhere whose name was made to
 * lead here (DNS rebinding) says its own name in {@code Host}, and a proxy that brings in strangers
 * says so too: both are refused.
 */
final class LoopbackRequests extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final List<String> OF_PROXIES =
      List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP");

  /** RFC 9110 section 15.5.20. */
  private static final int MISDIRECTED = 421;

  private final transient SignInAddress address;

  LoopbackRequests(SignInAddress address) {
    this.address = address;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String host = Optional.ofNullable(request.getHeader("Host")).orElse("");
    String origin = request.getScheme() + "://" + host;
    boolean proxied = OF_PROXIES.stream().anyMatch(name -> request.getHeader(name) != null);
    if (proxied || !address.everyOrigin().contains(origin)) {
      response.sendError(MISDIRECTED, "sign in on this machine, without a proxy");
    } else if (address.origin().filter(origin::equals).isPresent()) {
      chain.doFilter(request, response);
    } else if (request.getMethod().equals("GET")) {
      String query = Optional.ofNullable(request.getQueryString()).map(q -> "?" + q).orElse("");
      response.sendRedirect(address.origin().orElse("") + request.getRequestURI() + query);
    } else {
      response.sendError(MISDIRECTED, "want " + address.origin().orElse("") + ", got " + origin);
    }
  }
}
