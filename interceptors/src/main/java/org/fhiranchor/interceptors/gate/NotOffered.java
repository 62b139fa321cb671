package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.Optional;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.gate.search.SearchRules;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.fhiranchor.interceptors.identity.scope.Permission;

/**
 * What a refused request asks for that nobody gets here, or nobody with such a token, whatever is
 * stored (ANS-1). Such a refusal says so. It is read from the request and the token alone, so it
 * tells nothing about what is hidden.
 */
final class NotOffered {
  private static final String LISTED = "; GET metadata lists what this server does";
  private static final String CLOSED = "this operation is switched off on this server" + LISTED;
  private static final String WITHOUT_ID =
      "this operation is answered only without the id of a resource" + LISTED;
  private static final String INTERACTION =
      "this interaction is switched off on this server" + LISTED;
  private static final String SEARCH =
      "this search has a parameter that cannot be decided for each resource by itself (_filter,"
          + " _content, _text, _list, _query, _offset, _contained, _id with a modifier, _sort"
          + " through a chain, or a chain too many)";
  private static final String DELETE = "DELETE is for back-end services (system/ scopes) alone";
  private static final String CONDITION =
      "conditional writes are for back-end services (system/ scopes) alone; registrars may look"
          + " for a Patient by identifier, name and birth date";
  private static final String DECIDING =
      "Consent and CareTeam are written by their patient, registrars, operators and back-end"
          + " services alone";

  private NotOffered() {}

  /** The refusal that says so; empty where the reason may lie in what is stored. */
  static Optional<BaseServerResponseException> of(
      RequestFacts facts, AccessSubject asking, SearchRules searches) {
    if (facts.operation().isPresent()) {
      return operation(facts.operation().get(), facts);
    }
    return facts
        .interaction()
        .flatMap(
            interaction ->
                switch (interaction) {
                  case METADATA, READ, VREAD, HISTORY_INSTANCE, GET_PAGE, TRANSACTION, BATCH ->
                      Optional.empty();
                  case SEARCH_TYPE, SEARCH_SYSTEM ->
                      searches.allow(facts.type(), facts.parameters())
                          ? Optional.empty()
                          : Optional.of(Unavailable.off(SEARCH));
                  case CREATE, UPDATE, PATCH, DELETE -> write(interaction, facts, asking);
                  default -> Optional.of(Unavailable.off(INTERACTION));
                });
  }

  private static Optional<BaseServerResponseException> operation(
      String operation, RequestFacts facts) {
    return switch (Surfaces.of(operation)) {
      case CLOSED -> Optional.of(Unavailable.off(CLOSED));
      case NO_INSTANCE ->
          facts.id().isPresent() ? Optional.of(Unavailable.off(WITHOUT_ID)) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<BaseServerResponseException> write(
      RestOperationTypeEnum interaction, RequestFacts facts, AccessSubject asking) {
    Permission permission = RequestRules.WRITES.getOrDefault(interaction, Permission.DELETE);
    if (asking.writesAsService(permission, facts.type())) {
      return Optional.empty();
    }
    if (permission == Permission.DELETE && !asking.isTrustedToWrite(permission, facts.type())) {
      return Optional.of(Unavailable.notForThisToken(DELETE));
    }
    if (facts.conditional()) {
      return Optional.of(Unavailable.notForThisToken(CONDITION));
    }
    boolean deciding =
        RequestRules.DECIDING.contains(facts.type())
            && !asking.isTrustedToWrite(permission, facts.type())
            && !asking.isHeldToOwnRecord(permission, facts.type());
    return deciding ? Optional.of(Unavailable.notForThisToken(DECIDING)) : Optional.empty();
  }
}
