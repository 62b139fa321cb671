package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.consent.decide.AccessRequest;
import org.fhiranchor.interceptors.consent.decide.Action;
import org.fhiranchor.interceptors.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.decide.Purpose;
import org.fhiranchor.interceptors.identity.Permission;
import org.fhiranchor.interceptors.identity.Requester;
import org.fhiranchor.interceptors.identity.Role;
import org.fhiranchor.interceptors.identity.ScopeLevel;
import org.fhiranchor.interceptors.identity.SmartScopes;

/**
 * Somebody who asks, as consents see them.
 *
 * @param who what the token says
 * @param breakGlassReason the reason that the request gives for breaking the glass
 */
record Asking(Requester who, Optional<String> breakGlassReason) {
  /** The request's header with the reason for breaking the glass (DEC-6). */
  static final String BREAK_GLASS_HEADER = "X-Break-Glass-Reason";

  /** Whoever sent this request; empty for HAPI's own jobs and for the few public requests. */
  static Optional<Asking> of(RequestDetails request) {
    return Requester.of(request)
        .map(who -> new Asking(who, Optional.ofNullable(request.getHeader(BREAK_GLASS_HEADER))));
  }

  /** Whoever came by HTTP without anybody having looked at a token; may see what everybody may. */
  static Asking nobody() {
    return new Asking(
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

  /** The question to the consents about resources of one type. */
  AccessRequest request(String type, Instant now) {
    return new AccessRequest(
        new org.fhiranchor.interceptors.consent.decide.Requester(
            actors(), self(), mayReadUnowned(type)),
        purposes(),
        Action.ACCESS,
        now,
        breakGlassReason);
  }

  private Set<String> actors() {
    Set<String> actors = new LinkedHashSet<>();
    who.fhirUser().ifPresent(actors::add);
    who.organization().ifPresent(actors::add);
    return actors;
  }

  /** A clinician's token has a patient too, in the launch context: the user must be the patient. */
  Optional<PatientId> self() {
    return who.patient()
        .map(PatientId::new)
        .filter(patient -> who.fhirUser().map(patient.reference()::equals).orElse(true));
  }

  private List<Purpose> purposes() {
    return who.purposes().stream()
        .map(purpose -> Purpose.of(purpose.system(), purpose.code()))
        .toList();
  }

  private boolean mayReadUnowned(String type) {
    return level(Permission.READ, type) == ScopeLevel.SYSTEM;
  }

  /** Whether writes are not held to what the writer may read: back-end services and registrars. */
  boolean isTrustedToWrite(Permission permission, String type) {
    return level(permission, type) == ScopeLevel.SYSTEM
        || (who.has(Role.REGISTRAR) && who.level(permission, type).isPresent());
  }

  /** Whether it is a patient whose token reaches nobody else's resources of the type. */
  boolean isHeldToOwnRecord(Permission permission, String type) {
    return self().isPresent() && level(permission, type) == ScopeLevel.PATIENT;
  }

  private ScopeLevel level(Permission permission, String type) {
    return who.level(permission, type).orElse(ScopeLevel.PATIENT);
  }
}
