package org.fhiranchor.server.console;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Leads a browser that opens the address of a record, of a version, of a search or of the API's
 * page, and has no token, to the console, which signs in and shows it (CON-1). Every other request
 * goes on as if this were not there.
 */
final class FhirLinkFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private static final String ID = "[A-Za-z0-9.-]{1,64}";

  /** Nothing that an operation or a page of results is at: those are for programs. */
  private static final Pattern SHOWN =
      Pattern.compile("/fhir/([A-Z][A-Za-z]{1,40}(?:/" + ID + "(?:/_history/" + ID + ")?)?)");

  /** HAPI's own page of the API, each part of which would want a token: the console has it too. */
  private static final Pattern API =
      Pattern.compile("/fhir/?|/fhir/swagger-ui(?:/(?:index\\.html)?)?");

  /** What a browser leaves of a query, without what could end the address. */
  private static final Pattern QUERY = Pattern.compile("[A-Za-z0-9%._~:=&,|$*+@!;()/-]{1,1500}");

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Optional<String> place = isBrowser(request) ? placeOf(request) : Optional.empty();
    if (place.isEmpty()) {
      chain.doFilter(request, response);
      return;
    }
    response.setStatus(HttpServletResponse.SC_FOUND);
    response.setHeader("Location", request.getContextPath() + "/#/" + place.get());
    response.addHeader("Vary", "Accept, Authorization");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Referrer-Policy", "no-referrer");
  }

  /** What the console calls the page of this address; none where the console has no page for it. */
  private static Optional<String> placeOf(HttpServletRequest request) {
    String path = request.getRequestURI().substring(request.getContextPath().length());
    Matcher shown = SHOWN.matcher(path);
    String query = Optional.ofNullable(request.getQueryString()).orElse("");
    if (query.isEmpty() && API.matcher(path).matches()) {
      return Optional.of("api");
    }
    boolean plain = query.isEmpty() || QUERY.matcher(query).matches();
    if (!shown.matches() || !plain || query.contains("_format=")) {
      return Optional.empty();
    }
    return Optional.of("open/" + shown.group(1) + (query.isEmpty() ? "" : "?" + query));
  }

  /** Without a token, and HTML is what it wants most: a program that would take it too goes on. */
  private static boolean isBrowser(HttpServletRequest request) {
    String accept = Optional.ofNullable(request.getHeader("Accept")).orElse("");
    if (!request.getMethod().equals("GET") || request.getHeader("Authorization") != null) {
      return false;
    }
    try {
      List<MediaType> types = MediaType.parseMediaTypes(accept);
      double html = quality(types, true);
      return html > 0 && html > quality(types, false);
    } catch (InvalidMediaTypeException unreadable) {
      return false;
    }
  }

  /** The most that is said of HTML, or of JSON and XML as FHIR has them. */
  private static double quality(List<MediaType> types, boolean html) {
    return types.stream()
        .filter(type -> html == type.equalsTypeAndSubtype(MediaType.TEXT_HTML))
        .filter(type -> html || isOfPrograms(type))
        .mapToDouble(MediaType::getQualityValue)
        .max()
        .orElse(0);
  }

  private static boolean isOfPrograms(MediaType type) {
    return type.getSubtype().endsWith("json") || type.getSubtype().startsWith("fhir+");
  }
}
