package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.gate.search.SearchRules;
import org.fhiranchor.interceptors.gate.write.References;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.hl7.fhir.r4.model.Resource;

/**
 * What a request may ask for at all, before anything is looked at (G2, G4, G6 to G10, G16). An
 * answer here depends on the request and on what its sender may see, never on what is hidden.
 */
final class RequestRules {
  static final Map<RestOperationTypeEnum, Permission> WRITES =
      Map.of(
          RestOperationTypeEnum.CREATE, Permission.CREATE,
          RestOperationTypeEnum.UPDATE, Permission.UPDATE,
          RestOperationTypeEnum.PATCH, Permission.UPDATE,
          RestOperationTypeEnum.DELETE, Permission.DELETE);

  /** What these say decides who sees what: whoever may read them could let in whom they like. */
  static final Set<String> DECIDING = Set.of("Consent", "CareTeam");

  private final Verdicts verdicts;
  private final SearchRules searches;
  private final References references;
  private final ExportRules exports;
  private final Unavailable unavailable;

  RequestRules(
      Verdicts verdicts,
      SearchRules searches,
      References references,
      ExportRules exports,
      Unavailable unavailable) {
    this.verdicts = verdicts;
    this.searches = searches;
    this.references = references;
    this.exports = exports;
    this.unavailable = unavailable;
  }

  /**
   * Why the request is refused; empty when it may go on.
   *
   * @param together full URLs of what the same transaction brings
   */
  Optional<BaseServerResponseException> refusal(
      RequestFacts facts, RequestDetails request, AccessSubject asking, Set<String> together) {
    if (allows(facts, request, asking, together)) {
      return Optional.empty();
    }
    return NotOffered.of(facts, asking, searches).or(() -> Optional.of(hidden(facts)));
  }

  private BaseServerResponseException hidden(RequestFacts facts) {
    if (facts.interaction().filter(RestOperationTypeEnum.UPDATE::equals).isPresent()) {
      return unavailable.toReplace();
    }
    boolean write = facts.interaction().filter(WRITES::containsKey).isPresent();
    return (facts.id().isPresent() && !write ? unavailable.of(facts.type()) : unavailable)
        .exception();
  }

  private boolean allows(
      RequestFacts facts, RequestDetails request, AccessSubject asking, Set<String> together) {
    if (facts.operation().isPresent()) {
      return allowsOperation(facts.operation().get(), facts, request, asking);
    }
    RestOperationTypeEnum interaction =
        facts.interaction().orElse(RestOperationTypeEnum.EXTENDED_OPERATION_SERVER);
    return switch (interaction) {
      case METADATA, READ, VREAD, HISTORY_INSTANCE, GET_PAGE, TRANSACTION, BATCH -> true;
      case SEARCH_TYPE, SEARCH_SYSTEM -> searches.allow(facts.type(), facts.parameters());
      case CREATE, UPDATE, PATCH, DELETE -> allowsWrite(facts, request, asking, together);
      default -> false;
    };
  }

  private boolean allowsOperation(
      String operation, RequestFacts facts, RequestDetails request, AccessSubject asking) {
    return switch (Surfaces.of(operation)) {
      case OWN_RULES -> true;
      case EXPORT -> exports.allow(operation, facts, request, asking);
      case NO_INSTANCE -> facts.id().isEmpty();
      case VISIBLE_INSTANCE -> isVisible(facts, request, asking);
      case READABLE_VERSION -> facts.version().isPresent() || isVisible(facts, request, asking);
      case VISIBLE_IF_INSTANCE -> facts.id().isEmpty() || isVisible(facts, request, asking);
      case CURRENT_INSTANCE -> facts.version().isEmpty() && isVisible(facts, request, asking);
      case CLOSED -> false;
    };
  }

  private boolean allowsWrite(
      RequestFacts facts, RequestDetails request, AccessSubject asking, Set<String> together) {
    RestOperationTypeEnum interaction = facts.interaction().orElseThrow();
    // a patch may test what it does not change (W-5)
    if (interaction == RestOperationTypeEnum.PATCH && visible(facts, request, asking).isEmpty()) {
      return false;
    }
    Permission permission = WRITES.getOrDefault(interaction, Permission.DELETE);
    return asking.isTrustedToWrite(permission, facts.type())
        ? allowsTrusted(facts, asking.writesAsService(permission, facts.type()))
        : allowsHeld(facts, permission, request, asking, together);
  }

  /** Whoever loads or registers others' data may look for it, but not through what is governed. */
  private boolean allowsTrusted(RequestFacts facts, boolean service) {
    if (!service) {
      return (!facts.conditional() || Demographics.areAllOf(facts.type(), facts.parameters()))
          && facts.body().map(references::searchNothing).orElse(true);
    }
    return (!facts.conditional() || searches.allowUnaided(facts.type(), facts.parameters()))
        && facts.body().map(references::searchOpenTypesAlone).orElse(true);
  }

  private boolean allowsHeld(
      RequestFacts facts,
      Permission permission,
      RequestDetails request,
      AccessSubject asking,
      Set<String> together) {
    // what still refers to it would show in a delete conflict, whatever its type
    return permission != Permission.DELETE
        // what a condition finds, or does not find, shows in the answer (W-3)
        && !facts.conditional()
        && (!DECIDING.contains(facts.type()) || asking.isHeldToOwnRecord(permission, facts.type()))
        && (permission == Permission.CREATE
            ? refersToVisible(facts, request, asking, together)
            : replacesVisible(facts, request, asking, together));
  }

  private boolean refersToVisible(
      RequestFacts facts, RequestDetails request, AccessSubject asking, Set<String> known) {
    return facts
        .body()
        .map(body -> references.areVisible(body, request, asking, known))
        .orElse(true);
  }

  /** What it refers to already, and its writer may read there, is no question. */
  private boolean replacesVisible(
      RequestFacts facts, RequestDetails request, AccessSubject asking, Set<String> together) {
    Optional<Resource> before = visible(facts, request, asking);
    if (before.isEmpty()) {
      return false;
    }
    Set<String> known = new HashSet<>(references.texts(before.get()));
    known.addAll(together);
    return refersToVisible(facts, request, asking, known);
  }

  /** What is about to be changed, if its writer may read it, by scope as well as by consent. */
  private Optional<Resource> visible(
      RequestFacts facts, RequestDetails request, AccessSubject asking) {
    return facts
        .id()
        .filter(id -> asking.who().level(Permission.READ, facts.type()).isPresent())
        .flatMap(id -> verdicts.visible(request, asking, facts.type(), id));
  }

  private boolean isVisible(RequestFacts facts, RequestDetails request, AccessSubject asking) {
    return facts
        .id()
        .map(id -> verdicts.isVisible(request, asking, facts.type(), id))
        .orElse(false);
  }
}
