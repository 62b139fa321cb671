package org.fhiranchor.server.availability;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Answers 503 at the door while the database is away. Lets in so many requests at once that threads
 * are left to answer health, whatever those requests wait for.
 */
final class UnavailableFilter implements Filter {
  private final DatabaseWatch watch;
  private final Semaphore places;

  UnavailableFilter(DatabaseWatch watch, int places) {
    this.watch = watch;
    this.places = new Semaphore(places);
  }

  @Override
  public void doFilter(ServletRequest asked, ServletResponse answered, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest request = (HttpServletRequest) asked;
    HttpServletResponse response = (HttpServletResponse) answered;
    if (request.getRequestURI().startsWith(request.getContextPath() + "/actuator")) {
      chain.doFilter(request, response);
    } else if (watch.away().isPresent()) {
      UnavailableAnswer.write(request, response, UnavailableAnswer.DATABASE);
    } else if (!places.tryAcquire()) {
      UnavailableAnswer.write(request, response, UnavailableAnswer.BUSY);
    } else {
      try {
        inside(request, response, chain);
      } finally {
        places.release();
      }
    }
  }

  private void inside(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      chain.doFilter(request, response);
    } catch (RuntimeException | ServletException failed) {
      if (response.isCommitted() || !DatabaseFailures.isAway(failed)) {
        throw failed;
      }
      watch.lookNow();
      response.reset();
      UnavailableAnswer.write(request, response, UnavailableAnswer.DATABASE);
    }
  }
}
