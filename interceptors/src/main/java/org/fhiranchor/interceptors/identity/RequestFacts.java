package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.UrlUtil;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.ResourceType;

/**
 * What HAPI made of one request, or of one entry of a batch.
 *
 * @param interaction HAPI's name of the interaction; empty when it has none
 * @param type the resource type in the URL, or {@code "*"}
 * @param id the logical id in the URL
 * @param version the version in the URL
 * @param operation {@code "$everything"} and the like
 * @param compartment the type searched inside a compartment, {@code Patient/1/Observation}
 * @param conditional whether the target of a write is found by a search
 * @param parameters the request's parameters
 * @param body the resource that the request brings
 */
public record RequestFacts(
    Optional<RestOperationTypeEnum> interaction,
    String type,
    Optional<String> id,
    Optional<String> version,
    Optional<String> operation,
    Optional<String> compartment,
    boolean conditional,
    Map<String, String[]> parameters,
    Optional<IBaseResource> body) {
  private static final Set<RestOperationTypeEnum> WRITES =
      EnumSet.of(
          RestOperationTypeEnum.CREATE,
          RestOperationTypeEnum.UPDATE,
          RestOperationTypeEnum.PATCH,
          RestOperationTypeEnum.DELETE,
          RestOperationTypeEnum.TRANSACTION,
          RestOperationTypeEnum.BATCH);

  private static final String REFUSED = "org.fhiranchor.refused";

  private static final Set<String> TYPES =
      Arrays.stream(ResourceType.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

  /** What HAPI made of this request so far. */
  public static RequestFacts of(RequestDetails request) {
    Optional<String> ifNoneExist =
        Optional.ofNullable(request.getHeader(Constants.HEADER_IF_NONE_EXIST))
            .filter(header -> request.getRestOperationType() == RestOperationTypeEnum.CREATE);
    return new RequestFacts(
        Optional.ofNullable(request.getRestOperationType()),
        Optional.ofNullable(request.getResourceName()).orElse(SmartScope.ANY_TYPE),
        Optional.ofNullable(request.getId()).map(IIdType::getIdPart),
        Optional.ofNullable(request.getId()).map(IIdType::getVersionIdPart),
        Optional.ofNullable(request.getOperation()).filter(name -> name.startsWith("$")),
        Optional.ofNullable(request.getCompartmentName()),
        ifNoneExist.isPresent() || targetIsSearched(request),
        ifNoneExist
            .map(UrlUtil::parseQueryString)
            .orElseGet(() -> Optional.ofNullable(request.getParameters()).orElse(Map.of())),
        Optional.ofNullable(request.getResource()));
  }

  /** A change of this stored resource. */
  public static RequestFacts update(IBaseResource resource) {
    return write(
        RestOperationTypeEnum.UPDATE,
        resource.fhirType(),
        Optional.ofNullable(resource.getIdElement().getIdPart()),
        "",
        Optional.empty());
  }

  /** The creation of this resource. */
  public static RequestFacts create(IBaseResource resource) {
    return write(
        RestOperationTypeEnum.CREATE,
        resource.fhirType(),
        Optional.empty(),
        "",
        Optional.of(resource));
  }

  /** Notes that the request is refused for this: one entry of a transaction stops all of it. */
  public void stops(RequestDetails request) {
    request.getUserData().put(REFUSED, this);
  }

  /** What a request was refused for: itself, or the entry that stopped it. */
  public static RequestFacts refusedOf(RequestDetails request) {
    return request.getUserData().get(REFUSED) instanceof RequestFacts refused
        ? refused
        : of(request);
  }

  /** The same with this body. */
  public RequestFacts bringing(IBaseResource brought) {
    return new RequestFacts(
        interaction,
        type,
        id,
        version,
        operation,
        compartment,
        conditional,
        parameters,
        Optional.of(brought));
  }

  /** Whether the request's method brings a body. */
  public static boolean bringsBody(RequestDetails request) {
    RequestTypeEnum type = request.getRequestType();
    return type == RequestTypeEnum.POST
        || type == RequestTypeEnum.PUT
        || type == RequestTypeEnum.PATCH;
  }

  /** Whether the request changes what is stored, or brings a bundle that may. */
  public static boolean isWrite(RequestDetails request) {
    RestOperationTypeEnum interaction = request.getRestOperationType();
    return interaction != null && WRITES.contains(interaction);
  }

  private static boolean targetIsSearched(RequestDetails request) {
    return request.getRequestType() != RequestTypeEnum.POST && request.getId() == null;
  }

  /** A write as an entry of a bundle says it; the condition is empty without one. */
  static RequestFacts write(
      RestOperationTypeEnum interaction,
      String type,
      Optional<String> id,
      String condition,
      Optional<IBaseResource> body) {
    return new RequestFacts(
        Optional.of(interaction),
        type,
        id,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        !condition.isEmpty(),
        UrlUtil.parseQueryString(condition.substring(condition.indexOf('?') + 1)),
        body);
  }

  /** Something that nobody can say anything about. */
  static RequestFacts unknown() {
    return new RequestFacts(
        Optional.empty(),
        SmartScope.ANY_TYPE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Map.of(),
        Optional.empty());
  }

  /**
   * What was asked for, without ids, for the log: a name in the URL that is no type or operation of
   * ours may be anybody's, and is not said (ANS-3).
   */
  public String surface() {
    String verb =
        operation
            .map(name -> OperationNeeds.knows(name) ? name : "unknown-operation")
            .or(() -> interaction.map(RestOperationTypeEnum::getCode))
            .orElse("unknown");
    if (type.equals(SmartScope.ANY_TYPE)) {
      return verb;
    }
    return verb + " " + (TYPES.contains(type) ? type : "unknown-type");
  }
}
