package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Forbids every cache to keep an answer (RFC 9111 §5.2.2.5). What a browser kept would be shown to
 * the next person at it, after a revocation, and without a record of it. Belongs in the registry of
 * the RestfulServer.
 */
@Interceptor(order = NothingCached.FIRST)
public final class NothingCached {
  static final int FIRST = Integer.MIN_VALUE;

  /** Before anybody answers. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_PROCESSED)
  public boolean arriving(HttpServletResponse response) {
    response.setHeader("Cache-Control", "no-store");
    return true;
  }
}
