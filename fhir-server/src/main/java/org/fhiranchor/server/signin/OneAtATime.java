package org.fhiranchor.server.signin;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Exchanges or ends one code or token after the other: of two requests with the same one, the
 * second finds what the first did. Spring's providers look first and write later.
 */
final class OneAtATime extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final Set<String> PATHS = Set.of("/oauth2/token", "/oauth2/revoke");

  private final transient ReentrantLock lock = new ReentrantLock();

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!PATHS.contains(request.getRequestURI())) {
      chain.doFilter(request, response);
      return;
    }
    // The form is read before: a slow sender must not hold the lock.
    request.getParameterMap();
    lock.lock();
    try {
      chain.doFilter(request, response);
    } finally {
      lock.unlock();
    }
  }
}
