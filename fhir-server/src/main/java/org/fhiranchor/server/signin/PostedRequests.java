package org.fhiranchor.server.signin;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An app may send what it asks for as a form (SMART App Launch 2.2, {@code authorize-post}). The
 * browser is led on to the same request as an address, so that there is one way through the checks.
 * What the page that asks sends has no {@code response_type}, and passes.
 */
final class PostedRequests extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final String AUTHORIZE = "/oauth2/authorize";

  /** More than any app needs, and less than the headers of an answer hold. */
  private static final int LONGEST = 6_000;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!request.getMethod().equals("POST")
        || !request.getRequestURI().equals(AUTHORIZE)
        || request.getParameter("response_type") == null) {
      chain.doFilter(request, response);
      return;
    }
    String query =
        request.getParameterMap().entrySet().stream()
            .flatMap(field -> Stream.of(field.getValue()).map(one -> pair(field.getKey(), one)))
            .collect(Collectors.joining("&"));
    if (query.length() > LONGEST) {
      response.sendError(
          HttpServletResponse.SC_REQUEST_URI_TOO_LONG,
          "want at most %d characters, got %d".formatted(LONGEST, query.length()));
      return;
    }
    response.setStatus(HttpServletResponse.SC_SEE_OTHER);
    response.setHeader("Location", AUTHORIZE + "?" + query);
  }

  private static String pair(String name, String value) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
