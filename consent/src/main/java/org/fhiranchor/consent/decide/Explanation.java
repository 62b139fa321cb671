package org.fhiranchor.consent.decide;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A decision and what led to it, for the patient and for compliance only. */
public record Explanation(ConsentDecision decision, List<ForPatient> patients) {
  public Explanation {
    patients = List.copyOf(patients);
  }

  /**
   * What one patient's consents came to.
   *
   * @param resource the resource or the Bundle's entry in question, {@code "Observation/1"}; empty
   *     when it has no name
   */
  public record ForPatient(
      PatientId patient, String resource, ConsentDecision decision, List<Considered> considered) {
    public ForPatient {
      considered = List.copyOf(considered);
    }
  }

  /**
   * One Consent that was looked at.
   *
   * @param reason why it did not permit; empty when it did
   * @param decidedBy the provision that decided, {@code "Consent.provision.provision[2]"}; empty
   *     when none matched
   * @param ignored what in this Consent was not understood
   */
  public record Considered(
      ConsentResourceId consent,
      Effect effect,
      Optional<Reason> reason,
      Optional<String> decidedBy,
      List<String> ignored) {
    public Considered {
      ignored = List.copyOf(ignored);
    }
  }

  /** What of the decision is told to this patient. */
  public ConsentDecision toldTo(PatientId patient) {
    return patients.stream()
        .filter(one -> one.patient().equals(patient))
        .map(ForPatient::decision)
        .reduce(ConsentDecision::and)
        .map(decision::toldTo)
        .orElse(decision);
  }

  static Explanation of(
      Ruling ruling, Consents consents, AccessRequest request, ResourceFacts facts) {
    List<ForPatient> patients = new ArrayList<>();
    collect(patients, ruling, consents, request, facts);
    return new Explanation(ruling.on(facts), patients);
  }

  private static void collect(
      List<ForPatient> into,
      Ruling ruling,
      Consents consents,
      AccessRequest request,
      ResourceFacts facts) {
    String resource = facts.names().isEmpty() ? "" : facts.names().get(0);
    for (PatientId owner : facts.owners().known()) {
      List<Considered> considered =
          consents.heldBy(owner).list().stream()
              .map(consent -> consider(consent, request, facts))
              .toList();
      into.add(new ForPatient(owner, resource, ruling.forOwner(owner, facts), considered));
    }
    for (ResourceFacts part : facts.parts()) {
      collect(into, ruling, consents, request, part);
    }
  }

  private static Considered consider(
      CompiledConsent consent, AccessRequest request, ResourceFacts facts) {
    Evaluation evaluation = new Evaluation(request, facts).on(consent.root());
    Effect effect = consent.effect(evaluation, request);
    Optional<Reason> reason =
        effect == Effect.PERMITS
            ? Optional.empty()
            : Optional.of(consent.reason(evaluation, request));
    Optional<String> decidedBy = evaluation.decidedBy(consent.root());
    return new Considered(consent.id(), effect, reason, decidedBy, consent.ignored());
  }
}
