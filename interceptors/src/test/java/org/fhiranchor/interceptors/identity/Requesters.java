package org.fhiranchor.interceptors.identity;

import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.fhiranchor.interceptors.identity.token.Requester;

/** Requesters to test with. */
public final class Requesters {
  private Requesters() {}

  public static Requester with(String scopes) {
    return new Requester(
        "somebody",
        Optional.of("client"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        SmartScopes.parse(scopes));
  }

  public static Requester patient(String id, String scopes) {
    return new Requester(
        "somebody",
        Optional.of("client"),
        Optional.of("Patient/" + id),
        Optional.empty(),
        Optional.of(id),
        Set.of(),
        SmartScopes.parse(scopes));
  }
}
