package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.identity.Requester;
import org.fhiranchor.interceptors.identity.SmartScopes;

/** Stands in for the token: {@code X-Who: [fhirUser] [patient or -] [scope]}. */
@Interceptor
public final class RequesterByHeader {
  static final String HEADER = "X-Who";

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public void identify(RequestDetails request) {
    String who = request.getHeader(HEADER);
    if (who != null) {
      String[] words = who.split(" ", 3);
      request
          .getUserData()
          .put(
              Requester.USER_DATA_KEY,
              new Requester(
                  "test",
                  Optional.empty(),
                  Optional.of(words[0]),
                  Optional.empty(),
                  Optional.of(words[1]).filter(patient -> !patient.equals("-")),
                  Set.of(),
                  SmartScopes.parse(words[2])));
    }
  }
}
