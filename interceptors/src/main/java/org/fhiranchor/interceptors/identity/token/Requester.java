package org.fhiranchor.interceptors.identity.token;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
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

  /**
   * The widest level at which the token grants the permission; a {@code patient/} scope grants
   * nothing when the token names no patient.
   */
  public Optional<ScopeLevel> level(Permission permission, String type) {
    return scopes
        .level(permission, type)
        .filter(level -> level != ScopeLevel.PATIENT || patient.isPresent());
  }

  /**
   * Whether the token is a back-end service's and nothing else: no scope of it is for a person. A
   * token of mixed levels is held to the narrower one.
   */
  public boolean isBackEndService() {
    return !scopes.resources().isEmpty()
        && scopes.resources().stream().allMatch(scope -> scope.level() == ScopeLevel.SYSTEM);
  }

  /** The widest level at which the token grants the permission on any type at all. */
  public Optional<ScopeLevel> levelOnSomeType(Permission permission) {
    return scopes.resources().stream()
        .filter(scope -> scope.permissions().contains(permission))
        .map(SmartScope::level)
        .filter(level -> level != ScopeLevel.PATIENT || patient.isPresent())
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

  /**
   * Whether the token lets its holder read a resource: a scope covers the type, and one that is
   * limited to a patient covers the owners. What belongs to nobody is within every limit.
   *
   * @param owners logical ids of the patients to whom the resource belongs
   */
  public boolean reaches(String type, Set<String> owners) {
    return level(Permission.READ, type).isPresent()
        && (owners.isEmpty() || onlyPatient(type).map(owners::contains).orElse(true));
  }
}
