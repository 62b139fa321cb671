package org.fhiranchor.interceptors.consent.operations;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Consent;

/**
 * Who may speak for a patient (CG-3): the patient; a related person to whom an effective consent
 * permits correcting the Consent in question; a registrar, for a Consent with a signed form.
 */
public final class Entitlement {
  private final ConsentDecider decider;
  private final FactsReader facts;
  private final Clock clock;

  /** Decides about representatives with these consents. */
  public Entitlement(ConsentDecider decider, FactsReader facts, Clock clock) {
    this.decider = decider;
    this.facts = facts;
    this.clock = clock;
  }

  /** Whether the requester may grant and revoke this Consent. */
  public boolean maySign(Requester requester, PatientId patient, Consent consent) {
    return isPatient(requester, patient)
        || (requester.has(Role.REGISTRAR) && hasSignedForm(consent))
        || isRepresentative(requester, consent);
  }

  /** Whether a requester who {@link #maySign} does so as a registrar alone. */
  boolean signsAsRegistrar(Requester requester, PatientId patient, Consent consent) {
    return requester.has(Role.REGISTRAR)
        && !isPatient(requester, patient)
        && !isRepresentative(requester, consent);
  }

  /** Whether a requester who {@link #mayEnrol} does so as a registrar. */
  boolean enrolsAsRegistrar(Requester requester, PatientId patient) {
    return requester.has(Role.REGISTRAR) && !isPatient(requester, patient);
  }

  /** Whether the requester may see what there is to sign, and where it stands. */
  public boolean mayLook(Requester requester, PatientId patient, Consent consent) {
    return requester.has(Role.REGISTRAR)
        || requester.has(Role.COMPLIANCE)
        || maySign(requester, patient, consent);
  }

  /** Whether the requester may bind a key to the patient. */
  public boolean mayEnrol(Requester requester, PatientId patient) {
    return requester.has(Role.REGISTRAR) || isPatient(requester, patient);
  }

  /** The user must be the patient, and no launch context may limit the token to somebody else. */
  private static boolean isPatient(Requester requester, PatientId patient) {
    return requester.self().filter(patient.value()::equals).isPresent()
        && requester.patient().map(patient.value()::equals).orElse(true);
  }

  private static boolean hasSignedForm(Consent consent) {
    if (consent.hasSourceAttachment()) {
      Attachment form = consent.getSourceAttachment();
      return form.getData() != null || form.getUrl() != null;
    }
    return consent.hasSourceReference() && consent.getSourceReference().getReference() != null;
  }

  private boolean isRepresentative(Requester requester, Consent consent) {
    Optional<String> person =
        requester.fhirUser().filter(reference -> reference.startsWith("RelatedPerson/"));
    return person.isPresent()
        && decider.decide(request(requester, person.get()), facts.read(consent))
            instanceof ConsentDecision.Permit permit
        && permit.rule() == ConsentDecision.Rule.CONSENT;
  }

  private AccessRequest request(Requester requester, String person) {
    Set<String> actors = new LinkedHashSet<>(Set.of(person));
    requester.organization().ifPresent(actors::add);
    List<Purpose> purposes =
        requester.purposes().stream()
            .map(purpose -> Purpose.of(purpose.system(), purpose.code()))
            .toList();
    return AccessRequest.of(
        new org.fhiranchor.consent.decide.RequesterFacts(actors, Optional.empty(), false),
        purposes,
        Action.CORRECT,
        clock.instant());
  }
}
