package org.fhiranchor.interceptors.gate.decision;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.scope.ScopeLevel;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.fhiranchor.interceptors.identity.token.Requester;

/**
 * Somebody who asks, as consents see them.
 *
 * @param who what the token says
 * @param breakGlassReason the reason that the request gives for breaking the glass
 */
public record AccessSubject(Requester who, Optional<String> breakGlassReason) {
  /** The request's header with the reason for breaking the glass (DEC-6). */
  public static final String BREAK_GLASS_HEADER = "X-Break-Glass-Reason";

  /** What an operator keeps although it names patients: it says whom a permit means. */
  private static final Set<String> OPERATORS = Set.of("CareTeam", "Group");

  /** Whoever sent this request; empty for HAPI's own jobs and for the few public requests. */
  public static Optional<AccessSubject> of(RequestDetails request) {
    return Requester.of(request)
        .map(
            who ->
                new AccessSubject(who, Optional.ofNullable(request.getHeader(BREAK_GLASS_HEADER))));
  }

  /** Whoever came by HTTP without anybody having looked at a token; may see what everybody may. */
  public static AccessSubject nobody() {
    return new AccessSubject(
        new Requester(
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            SmartScopes.parse("")),
        Optional.empty());
  }

  /** The same without the request around it, whose reason for breaking the glass ends with it. */
  AccessSubject later() {
    return new AccessSubject(who, Optional.empty());
  }

  /** The question to the consents about resources of one type. */
  public AccessRequest request(String type, Instant now) {
    return new AccessRequest(
        new org.fhiranchor.consent.decide.RequesterFacts(actors(), self(), mayReadUnowned(type)),
        purposes(),
        Action.ACCESS,
        now,
        breakGlassReason);
  }

  /** The names that the token says: the person, and the organization. */
  public Set<String> actors() {
    Set<String> actors = new LinkedHashSet<>();
    who.fhirUser().ifPresent(actors::add);
    who.organization().ifPresent(actors::add);
    return actors;
  }

  /** The patient who asks; a clinician's token has a patient too, in the launch context. */
  public Optional<PatientId> self() {
    return who.self().filter(PatientId::isValid).map(PatientId::new);
  }

  /** Whether it is somebody who reads the accountings of all patients. */
  public boolean readsAccountings() {
    return who.has(Role.COMPLIANCE) || who.has(Role.OPERATOR);
  }

  /** The purposes that the token states. */
  public List<Purpose> purposes() {
    return who.purposes().stream()
        .map(purpose -> Purpose.of(purpose.system(), purpose.code()))
        .toList();
  }

  private boolean mayReadUnowned(String type) {
    return level(Permission.READ, type) == ScopeLevel.SYSTEM;
  }

  /** Whether writes are not held to what the writer may read: back-end services and registrars. */
  public boolean isTrustedToWrite(Permission permission, String type) {
    return writesAsService(permission, type)
        || (who.has(Role.REGISTRAR) && who.level(permission, type).isPresent())
        || (who.has(Role.OPERATOR)
            && OPERATORS.contains(type)
            && who.level(permission, type).isPresent());
  }

  /** A token that also has a scope for a person is held to what that person may see (W-3). */
  public boolean writesAsService(Permission permission, String type) {
    return who.isBackEndService() && level(permission, type) == ScopeLevel.SYSTEM;
  }

  /** Whether it is a patient whose token reaches nobody else's resources of the type. */
  public boolean isHeldToOwnRecord(Permission permission, String type) {
    return who.self().isPresent()
        && who.self().equals(who.patient())
        && level(permission, type) == ScopeLevel.PATIENT;
  }

  private ScopeLevel level(Permission permission, String type) {
    return who.level(permission, type).orElse(ScopeLevel.PATIENT);
  }
}
