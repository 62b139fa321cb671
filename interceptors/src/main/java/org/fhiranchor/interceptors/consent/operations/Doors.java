package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.instance.model.api.IIdType;

/**
 * Lets a request pass or refuses it, in the same words whether or not what it asks for exists.
 *
 * @param open whether requests without a token pass: only where consent is not enforced
 */
record Doors(boolean open) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  void require(RequestDetails request, Predicate<Requester> entitled) {
    Optional<Requester> requester = Requester.of(request);
    if (requester.isEmpty() && !open) {
      throw new AuthenticationException("a bearer token is required");
    }
    if (requester.isPresent() && !entitled.test(requester.get())) {
      throw refusal();
    }
  }

  /** An id that no resource can have is refused like one that none has. */
  static String checked(IIdType id) {
    String part = id.getIdPart();
    if (part == null || !ID.matcher(part).matches()) {
      throw refusal();
    }
    return part;
  }

  static ForbiddenOperationException refusal() {
    return new ForbiddenOperationException(
        "not available: it does not exist, or you may not do this for the patient");
  }
}
