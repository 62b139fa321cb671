package org.fhiranchor.interceptors.identity;

import static org.fhiranchor.interceptors.identity.scope.Permission.CREATE;
import static org.fhiranchor.interceptors.identity.scope.Permission.DELETE;
import static org.fhiranchor.interceptors.identity.scope.Permission.READ;
import static org.fhiranchor.interceptors.identity.scope.Permission.SEARCH;
import static org.fhiranchor.interceptors.identity.scope.Permission.UPDATE;
import static org.fhiranchor.interceptors.identity.scope.SmartScope.ANY_TYPE;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import org.fhiranchor.interceptors.identity.scope.Permission;

/**
 * Which scopes a request asks for. Interactions follow SMART App Launch 2.0, section 3.0.2.2: an
 * update that creates needs {@code u}; a write whose target is found by a search needs {@code s}
 * too.
 */
final class RequestNeeds {
  private RequestNeeds() {}

  static Need of(RequestFacts facts) {
    if (facts.operation().isPresent()) {
      return OperationNeeds.of(facts.operation().get(), facts.type());
    }
    return facts.interaction().map(interaction -> of(interaction, facts)).orElse(Need.undecided());
  }

  private static Need of(RestOperationTypeEnum interaction, RequestFacts facts) {
    return switch (interaction) {
      case READ, VREAD, HISTORY_INSTANCE, GET_TAGS, META, VALIDATE -> Need.on(facts.type(), READ);
      case HISTORY_TYPE -> Need.on(facts.type(), READ, SEARCH).whole();
      case HISTORY_SYSTEM -> Need.on(ANY_TYPE, READ, SEARCH);
      case SEARCH_TYPE, SEARCH_SYSTEM -> search(facts);
      case GET_PAGE -> new Need.SomeAccess(SEARCH);
      case CREATE -> write(facts, CREATE);
      case UPDATE, PATCH, ADD_TAGS, DELETE_TAGS, META_ADD, META_DELETE -> write(facts, UPDATE);
      case DELETE -> write(facts, DELETE);
      // each entry is looked at on its own
      case TRANSACTION, BATCH, METADATA -> Need.validToken();
      case GRAPHQL_REQUEST -> Need.on(ANY_TYPE, READ, SEARCH);
      case UPDATE_REWRITE_HISTORY,
          EXTENDED_OPERATION_SERVER,
          EXTENDED_OPERATION_TYPE,
          EXTENDED_OPERATION_INSTANCE ->
          Need.undecided();
    };
  }

  private static Need search(RequestFacts facts) {
    return Need.all(
        Need.on(facts.type(), SEARCH),
        facts.compartment().map(type -> Need.on(type, SEARCH)).orElse(Need.validToken()),
        SearchNeeds.of(facts.parameters()));
  }

  private static Need write(RequestFacts facts, Permission permission) {
    Need write = Need.all(Need.on(facts.type(), permission), WriterNeeds.of(facts.type()));
    // what a condition finds shows in the answer, also where it is outside a narrowed scope
    return facts.conditional() ? Need.all(write, search(facts).whole()) : write;
  }
}
