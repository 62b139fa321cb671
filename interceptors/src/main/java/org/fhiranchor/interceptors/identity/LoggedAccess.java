package org.fhiranchor.interceptors.identity;

import io.micrometer.core.instrument.MeterRegistry;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refusals in the operator's log and in the counter {@code anchor.access.refused}, by reason. */
public final class LoggedAccess implements AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedAccess.class);
  private static final int MAX_SHOWN = 64;

  private final MeterRegistry meters;

  /** Counts in this registry. */
  public LoggedAccess(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public void refused(RefusedRequest request) {
    meters.counter("anchor.access.refused", "reason", request.why().name()).increment();
    LOG.info(
        "request refused reason={}{} surface={} request={} client={}",
        request.why(),
        request.claim().map(claim -> " claim=" + claim).orElse(""),
        shown(request.surface()),
        shown(request.requestId()),
        shown(request.requester().flatMap(Requester::clientId).orElse("-")));
  }

  /** Client-chosen text may not break the line or fake another one. */
  private static String shown(String text) {
    String cut = text.substring(0, Math.min(text.length(), MAX_SHOWN));
    return cut.replaceAll("[^A-Za-z0-9._$*/-]", "_");
  }
}
