package org.fhiranchor.consent.decide;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.DisclosureGround.ByConsent;
import org.fhiranchor.consent.decide.DisclosureGround.WithoutConsent;
import org.fhiranchor.consent.decide.index.ConsentIndex;

/**
 * Decides who may read what (DEC-1 to DEC-7), from memory, in well under a microsecond plus the
 * look-up of each patient's consents. Safe for any number of threads.
 */
public final class ConsentDecider {
  private final ConsentIndex index;
  private final ConsentPolicy policy;
  private final ConsentPolicy whileLoading;

  public ConsentDecider(ConsentIndex index, ConsentPolicy policy) {
    this.index = index;
    this.policy = policy;
    this.whileLoading = policy.withoutKnownDenies();
  }

  /** The answer for one resource; a stored Bundle is permitted only with all that it holds. */
  public ConsentDecision decide(AccessRequest request, ResourceFacts facts) {
    return new Ruling(index, index.ledger(), policy(), request).on(facts);
  }

  /** What the consents of each known owner come to, where all of them must permit (FOL-5). */
  public Map<PatientId, ConsentDecision> ofEach(AccessRequest request, ResourceFacts facts) {
    Map<PatientId, ConsentDecision> each = new LinkedHashMap<>();
    new Ruling(index, index.ledger(), policy(), request).ofEach(facts, each);
    return each;
  }

  /** Whether a deny of some known owner refuses it, whoever else it belongs to. */
  public boolean denies(AccessRequest request, ResourceFacts facts) {
    return new Ruling(index, index.ledger(), policy(), request).denies(facts);
  }

  /**
   * Why the resource is shown: each Consent that the permit rests on, and what else stands in for
   * one. Empty for what consent does not rule over, and for the patient's own.
   *
   * @param permit what {@link #decide} said of the same request and facts
   */
  public Set<DisclosureGround> grounds(Permit permit, AccessRequest request, ResourceFacts facts) {
    Set<DisclosureGround> grounds = new LinkedHashSet<>();
    permit.because().stream()
        .sorted(Comparator.comparing(ConsentResourceId::value))
        .forEach(id -> grounds.add(new ByConsent(id, scope(id, request, facts))));
    if (permit.rule() != Rule.CONSENT) {
      grounds.add(new WithoutConsent(permit.rule()));
    }
    return grounds;
  }

  private Optional<PermittedScope> scope(
      ConsentResourceId id, AccessRequest request, ResourceFacts facts) {
    Optional<PermittedScope> own =
        facts.owners().known().stream()
            .flatMap(owner -> index.of(owner).stream())
            .filter(consent -> consent.id().equals(id))
            .flatMap(consent -> PermittedScope.of(consent, request, facts).stream())
            .findFirst();
    return own.or(
        () ->
            facts.parts().stream().flatMap(part -> scope(id, request, part).stream()).findFirst());
  }

  /** What is applied now: while Consents are loaded, less than what the operator has set. */
  public ConsentPolicy policy() {
    return index.isComplete() ? policy : whileLoading;
  }

  /** Which patients the request could be permitted something of. */
  public Possibility possible(AccessRequest request) {
    return new Possibility(index, policy, request);
  }

  /** The answer with all that led to it, for {@code $explain-access}. */
  public Explanation explain(AccessRequest request, ResourceFacts facts) {
    return explain(index, request, facts);
  }

  /**
   * The answer that these consents give, which need not be those of now (EXP-4).
   *
   * @param ledger as it was known then
   * @param policy as it was set then
   */
  public static Explanation explain(
      Consents consents,
      LedgerView ledger,
      ConsentPolicy policy,
      AccessRequest request,
      ResourceFacts facts) {
    Ruling ruling = new Ruling(consents, ledger, policy, request);
    return Explanation.of(ruling, consents, request, facts);
  }

  /** What {@link #explain} would tell if that Consent were revoked on the ledger. */
  public Explanation explainIfRevoked(
      ConsentResourceId revoked, AccessRequest request, ResourceFacts facts) {
    return explain(
        patient -> new PatientConsents(patient, revoke(revoked, index.of(patient))),
        request,
        facts);
  }

  private static List<CompiledConsent> revoke(
      ConsentResourceId revoked, List<CompiledConsent> consents) {
    return consents.stream()
        .map(
            consent ->
                consent.id().equals(revoked)
                    ? consent.withStanding(LedgerStanding.REVOKED)
                    : consent)
        .toList();
  }

  private Explanation explain(Consents consents, AccessRequest request, ResourceFacts facts) {
    return explain(consents, index.ledger(), policy(), request, facts);
  }
}
