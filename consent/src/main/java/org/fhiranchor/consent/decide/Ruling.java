package org.fhiranchor.consent.decide;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;

/** One request's decision, with everything that it depends on held still (DEC-2, DEC-6). */
final class Ruling {
  /** A deny that the log does not confirm denies as well. */
  private static final Set<ConsentDecision> DENIALS =
      Set.of(Refuse.of(Reason.DENIED), Refuse.of(Reason.NOT_CONFIRMED));

  private final Consents consents;
  private final LedgerView ledger;
  private final ConsentPolicy policy;
  private final AccessRequest request;
  private final long actors;

  Ruling(Consents consents, LedgerView ledger, ConsentPolicy policy, AccessRequest request) {
    this.consents = consents;
    this.ledger = ledger;
    this.policy = policy;
    this.request = request;
    this.actors = request.requester().actorBits();
  }

  ConsentDecision on(ResourceFacts facts) {
    if (!facts.governed()) {
      return permit(Rule.NOT_GOVERNED);
    }
    ConsentDecision decision = own(facts);
    List<ResourceFacts> parts = facts.parts();
    for (int i = 0; i < parts.size(); i++) {
      decision = decision.and(on(parts.get(i)));
    }
    return decision;
  }

  /** What the consents of each known owner come to, of it and of its parts. */
  void ofEach(ResourceFacts facts, Map<PatientId, ConsentDecision> into) {
    for (PatientId owner : facts.owners().known()) {
      into.merge(owner, forOwner(owner, facts), ConsentDecision::and);
    }
    facts.parts().forEach(part -> ofEach(part, into));
  }

  /** Whether a deny of some known owner, of it or of a part, refuses. */
  boolean denies(ResourceFacts facts) {
    return facts.owners().known().stream()
            .anyMatch(owner -> DENIALS.contains(forOwner(owner, facts)))
        || facts.parts().stream().anyMatch(this::denies);
  }

  private ConsentDecision own(ResourceFacts facts) {
    if (facts.owners().unknown()) {
      return Refuse.of(Reason.NO_CONSENT);
    }
    List<PatientId> owners = facts.owners().known();
    if (owners.size() == 1 && facts.owners().complete()) {
      return forOwner(owners.get(0), facts);
    }
    ConsentDecision decision = somebodyUnknown(facts) ? unowned() : permit(Rule.NOT_GOVERNED);
    for (int i = 0; i < owners.size(); i++) {
      decision = decision.and(forOwner(owners.get(i), facts));
    }
    return decision;
  }

  /** A Bundle needs no owner of its own: its parts have theirs. */
  private static boolean somebodyUnknown(ResourceFacts facts) {
    return !facts.owners().complete()
        || (facts.owners().known().isEmpty() && facts.parts().isEmpty());
  }

  private ConsentDecision unowned() {
    return request.requester().mayReadUnowned()
        ? permit(Rule.UNOWNED_SCOPE)
        : Refuse.of(Reason.NO_CONSENT);
  }

  ConsentDecision forOwner(PatientId owner, ResourceFacts facts) {
    Optional<PatientId> self = request.requester().self();
    if (self.isPresent() && self.get().equals(owner)) {
      return permit(Rule.PATIENT_SELF);
    }
    Reason closest = Reason.NO_CONSENT;
    Reason denied = Reason.NO_CONSENT;
    boolean denies = false;
    Set<ConsentResourceId> because = Set.of();
    PatientConsents held = consents.heldBy(owner);
    Evaluation evaluation = new Evaluation(request, facts);
    CompiledConsent consent = held.at(0);
    for (int i = 0; consent != null; consent = held.at(++i)) {
      if ((held.actors(i) & actors) == 0) {
        closest = closest.closest(held.toOthers(i));
        continue;
      }
      evaluation.on(consent.root());
      switch (consent.effect(evaluation, request)) {
        case PERMITS -> because = because.isEmpty() ? Set.of(consent.id()) : because;
        case DENIES -> {
          denies = true;
          denied = denied.closest(consent.reason(evaluation, request));
        }
        case SILENT -> closest = closest.closest(consent.reason(evaluation, request));
      }
    }
    return conclude(denies ? denied : closest, denies, because);
  }

  /** Stale comes before what the consents say: an answer that differs would tell of them. */
  private ConsentDecision conclude(Reason reason, boolean denies, Set<ConsentResourceId> because) {
    boolean stale = stale();
    if (!stale && !denies && !because.isEmpty()) {
      return new Permit(Rule.CONSENT, because, ledger.block());
    }
    if (glassOpens(denies)) {
      return permit(Rule.BREAK_GLASS);
    }
    if (stale) {
      return Refuse.of(Reason.LEDGER_STALE);
    }
    boolean optOut = policy.modes().of(request.purposes()) == PurposeModes.Mode.OPT_OUT;
    return !denies && optOut ? permit(Rule.OPT_OUT) : Refuse.of(reason);
  }

  private boolean glassOpens(boolean denies) {
    return switch (policy.breakGlass()) {
      case OFF -> false;
      case NOT_AGAINST_DENIES -> !denies && request.breaksGlass();
      case AGAINST_DENIES -> request.breaksGlass();
    };
  }

  private boolean stale() {
    return request.millis() - ledger.asOf().toEpochMilli() > policy.maxStaleness().toMillis();
  }

  private Permit permit(Rule rule) {
    return new Permit(rule, Set.of(), ledger.block());
  }
}
