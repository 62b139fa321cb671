package org.fhiranchor.interceptors.identity.token;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.scope.ScopeLevel;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;

/**
 * Who is asking, as a validated token says.
 *
 * @param subject claim {@code sub}
 * @param clientId claim {@code client_id}, else {@code azp}
 * @param fhirUser reference to the person, such as {@code Practitioner/7}; absolute when on another
 *     server
 * @param organization reference to the organization on whose behalf, such as {@code Organization/3}
 * @param patient logical id, without type, of the patient in the launch context
 * @param purposes the purposes of use that the token allows
 * @param scopes the token's scopes
 */
public record Requester(
    String subject,
    Optional<String> clientId,
    Optional<String> fhirUser,
    Optional<String> organization,
    Optional<String> patient,
    Set<TokenPurpose> purposes,
    SmartScopes scopes) {
  /** The key under which HAPI's request details carry the requester from hook to hook. */
  public static final String USER_DATA_KEY = "org.fhiranchor.requester";

  private static final String PATIENT = "Patient/";

  public Requester {
    purposes = Set.copyOf(purposes);
  }

  /** The requester of this request; empty for HAPI's own jobs and for the few public requests. */
  public static Optional<Requester> of(RequestDetails request) {
    return request.getUserData().get(USER_DATA_KEY) instanceof Requester requester
        ? Optional.of(requester)
        : Optional.empty();
  }

  /** Puts this requester where {@link #of} finds it, also for the entries of a batch. */
  public void attachTo(RequestDetails request) {
    request.getUserData().put(USER_DATA_KEY, this);
  }

  /** Whether the token grants the role. */
  public boolean has(Role role) {
    return scopes.roles().contains(role);
  }

  /**
   * The logical id of the patient for whom the token speaks: the user is that Patient. A launch
   * context narrows what a token reaches and entitles to nothing.
   */
  public Optional<String> self() {
    return fhirUser
        .filter(user -> user.startsWith(PATIENT))
        .map(user -> user.substring(PATIENT.length()));
  }

  /** The same requester without the resource scopes that are not good. */
  public Requester without(Predicate<SmartScope> notGood) {
    return new Requester(
        subject, clientId, fhirUser, organization, patient, purposes, scopes.without(notGood));
  }

  /**
   * The scopes that grant the permission on the type, or on some of its resources; a {@code
   * patient/} scope grants nothing when the token names no patient.
   */
  public Stream<SmartScope> granting(Permission permission, String type) {
    return scopes.granting(permission, type).filter(this::counts);
  }

  private boolean counts(SmartScope scope) {
    return scope.level() != ScopeLevel.PATIENT || patient.isPresent();
  }

  /**
   * The widest level at which the token grants the permission on the type, or on some of its
   * resources.
   */
  public Optional<ScopeLevel> level(Permission permission, String type) {
    return granting(permission, type).map(SmartScope::level).max(Comparator.naturalOrder());
  }

  /** The widest level at which no search parameters narrow the permission on the type. */
  public Optional<ScopeLevel> levelOfWhole(Permission permission, String type) {
    return granting(permission, type)
        .filter(SmartScope::isWhole)
        .map(SmartScope::level)
        .max(Comparator.naturalOrder());
  }

  /**
   * Whether a scope alone does not tell what the token reaches: it depends on the resource, on
   * whose it is or what it says.
   */
  public boolean isLimited() {
    return isNarrowed()
        || scopes.resources().stream().anyMatch(scope -> scope.level() == ScopeLevel.PATIENT);
  }

  /** Whether search parameters narrow a scope of the token. */
  public boolean isNarrowed() {
    return scopes.resources().stream().anyMatch(scope -> !scope.isWhole());
  }

  /** Whether something of a record may be left out of an answer for want of a scope. */
  public boolean isPartial() {
    return isLimited() || level(Permission.SEARCH, SmartScope.ANY_TYPE).isEmpty();
  }

  /**
   * Whether the token is a back-end service's and nothing else: no scope of it is for a person, one
   * that is not understood included. A token of mixed levels is held to the narrower one.
   */
  public boolean isBackEndService() {
    return !scopes.resources().isEmpty()
        && scopes.resources().stream().allMatch(scope -> scope.level() == ScopeLevel.SYSTEM)
        && scopes.others().stream().noneMatch(scope -> scope.matches("(patient|user)/.*"));
  }

  /** The widest level at which the token grants the permission on any type at all. */
  public Optional<ScopeLevel> levelOnSomeType(Permission permission) {
    return scopes.resources().stream()
        .filter(scope -> scope.permissions().contains(permission))
        .filter(this::counts)
        .map(SmartScope::level)
        .max(Comparator.naturalOrder());
  }

  /**
   * The one patient whose resources of this type the token reaches.
   *
   * @return empty when a {@code user/} or {@code system/} scope reaches further, or no scope covers
   *     the type
   */
  public Optional<String> onlyPatient(String type) {
    return Stream.of(Permission.values())
        .flatMap(permission -> level(permission, type).stream())
        .max(Comparator.naturalOrder())
        .filter(level -> level == ScopeLevel.PATIENT)
        .flatMap(level -> patient);
  }
}
