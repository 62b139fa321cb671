package org.fhiranchor.interceptors.identity;

import java.util.Optional;
import java.util.Set;

/** Requesters to test with. */
final class Requesters {
  private Requesters() {}

  static Requester with(String scopes) {
    return new Requester(
        "somebody",
        Optional.of("client"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        SmartScopes.parse(scopes));
  }

  static Requester patient(String id, String scopes) {
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
