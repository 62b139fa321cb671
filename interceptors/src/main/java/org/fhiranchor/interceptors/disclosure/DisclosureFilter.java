package org.fhiranchor.interceptors.disclosure;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Holds back the first byte of every answer until its disclosures are durable (DIS-2): the one
 * place that all of HAPI's ways to answer pass, streams and errors included
 * (docs/decide/first-byte.md).
 */
public final class DisclosureFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient AccessRecorder recorder;

  /** Records with this. */
  public DisclosureFilter(AccessRecorder recorder) {
    this.recorder = recorder;
  }

  /**
   * Makes the answer to this request wait for the record of the event.
   *
   * @return false when the request did not pass a filter, so that nothing holds its answer back
   */
  public static boolean open(HttpServletRequest request, AccessEvent event) {
    if (request.getAttribute(RecordedResponse.ATTRIBUTE) instanceof RecordedResponse held) {
      held.open(event);
      return true;
    }
    return false;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getAttribute(RecordedResponse.ATTRIBUTE) != null) {
      chain.doFilter(request, response);
      return;
    }
    RecordedResponse recorded = new RecordedResponse(response, recorder);
    request.setAttribute(RecordedResponse.ATTRIBUTE, recorded);
    boolean failed = true;
    try {
      chain.doFilter(request, recorded);
      failed = false;
    } finally {
      recorded.finish(failed);
    }
  }
}
