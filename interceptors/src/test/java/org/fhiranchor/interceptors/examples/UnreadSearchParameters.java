package org.fhiranchor.interceptors.examples;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.model.util.JpaConstants;
import ca.uhn.fhir.rest.api.server.RequestDetails;

/**
 * Keeps HAPI from reading every stored SearchParameter anew after each one that is written: of
 * 1,400 examples the last would wait for 1,399.
 */
@Interceptor
public final class UnreadSearchParameters {
  /** Before every request. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void skip(RequestDetails request) {
    request.getUserData().put(JpaConstants.SKIP_REINDEX_ON_UPDATE, true);
  }
}
