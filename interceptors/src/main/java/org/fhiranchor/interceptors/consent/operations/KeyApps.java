package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.token.Requester;

/**
 * Which apps act with a patient's keys: bind one, or have one in custody sign (KEY-6). A patient
 * who lets an app write their record, Consents included, has not put a signature into its hands:
 * any other app may bring what the patient's own key signed.
 *
 * @param ids client ids
 */
public record KeyApps(Set<String> ids) {
  /** The client id of the server's own pages, at any issuer. */
  public static final String CONSOLE = "fhir-anchor-console";

  public KeyApps {
    ids = Set.copyOf(ids);
  }

  /**
   * Lets pass one of these apps, whoever is held to a second registrar instead, and requests
   * without a token, which are let in elsewhere.
   */
  void require(RequestDetails request) {
    Optional<Requester> requester = Requester.of(request);
    if (requester.isPresent()
        && !requester.get().has(Role.REGISTRAR)
        && requester.get().clientId().filter(ids::contains).isEmpty()) {
      throw new ForbiddenOperationException(
          "this app may not bind a patient's key, nor sign with one that this server keeps:"
              + " anchor.consent.key-apps names those that may");
    }
  }
}
