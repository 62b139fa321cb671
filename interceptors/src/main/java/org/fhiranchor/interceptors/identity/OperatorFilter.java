package org.fhiranchor.interceptors.identity;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.token.BearerTokens;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.TokenDecoder;
import org.fhiranchor.interceptors.identity.token.TokenResult;

/** Lets nobody but an operator at what runs the server; health and info are for everybody. */
public final class OperatorFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private static final Set<String> PUBLIC =
      Set.of(
          "/actuator/health",
          "/actuator/info",
          "/actuator/health/liveness",
          "/actuator/health/readiness");

  private final transient BearerTokens tokens;

  /** Checks tokens with the decoder. */
  public OperatorFilter(TokenDecoder decoder) {
    this.tokens = new BearerTokens(decoder);
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String path = request.getRequestURI().substring(request.getContextPath().length());
    if (PUBLIC.contains(path)) {
      chain.doFilter(request, response);
      return;
    }
    TokenResult result = tokens.check(Collections.list(request.getHeaders("Authorization")));
    if (result instanceof TokenResult.Valid valid && valid.requester().has(Role.OPERATOR)) {
      chain.doFilter(request, response);
    } else {
      refuse(result, response);
    }
  }

  private static void refuse(TokenResult result, HttpServletResponse response) throws IOException {
    TokenResult.Refused refused =
        result instanceof TokenResult.Refused no ? no : new TokenResult.Refused(Refusal.SCOPE);
    response.setHeader("WWW-Authenticate", refused.why().challenge(refused.claim()));
    response.setStatus(refused.why().status());
    response.setContentType("text/plain;charset=utf-8");
    response.getWriter().println(refused.why().description(refused.claim()));
  }
}
