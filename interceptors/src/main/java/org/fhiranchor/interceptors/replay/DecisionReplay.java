package org.fhiranchor.interceptors.replay;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.Effect;
import org.fhiranchor.consent.decide.Explanation;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.decide.PatientConsents;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.PurposeModes;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.PastConsents;
import org.fhiranchor.interceptors.consent.following.PastMoment;
import org.fhiranchor.interceptors.consent.following.PastMoment.Bounds;
import org.fhiranchor.interceptors.disclosure.Accounting;
import org.fhiranchor.interceptors.disclosure.DecisionEpoch;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.provenance.ProvenanceTargets;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Statement;

/**
 * Decides again what a record of the journal says was decided: the same question, on the versions,
 * the consents and the ledger of then (EXP-4). Where something of then is not known, the answer
 * says what, and never that it is the same.
 */
public final class DecisionReplay {
  /** Consents of a patient that are looked at. */
  static final int MOST = 1_000;

  /** Clocks of nodes differ by less, and a request is decided within it. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  /** Of then the ledger was heard: a node that was behind says so in its record. */
  private static final Duration NEVER_STALE = Duration.ofDays(1);

  private final Parts parts;

  /** What the past is read from. */
  public record Parts(
      FhirContext context,
      StoredResources stored,
      ProvenanceTargets provenances,
      ConfirmedLeaves leaves,
      LocalReferences references,
      SubjectTags tags,
      PastConsents consents,
      ConsentCandidates candidates,
      ConsentIndex index) {}

  /** Decides on these. */
  public DecisionReplay(Parts parts) {
    this.parts = parts;
  }

  Replay of(DisclosureStore.Kept kept) {
    return of(List.of(kept)).get(0);
  }

  /** The same of several, in their order: what the log has of a patient is read once. */
  List<Replay> of(List<DisclosureStore.Kept> records) {
    Map<PatientId, Set<Digest>> inLog = new HashMap<>();
    return records.stream()
        .map(one -> of(one, patient -> inLog.computeIfAbsent(patient, this::inLog)))
        .toList();
  }

  private Replay of(DisclosureStore.Kept kept, Function<PatientId, Set<Digest>> inLog) {
    if (kept.json().isEmpty()) {
      return Replay.of(Optional.empty(), ReplayReason.RECORD_REMOVED);
    }
    byte[] json = kept.json().getBytes(StandardCharsets.UTF_8);
    if (!Digest.sha256(json).equals(kept.digest())) {
      return Replay.of(Optional.empty(), ReplayReason.RECORD_CHANGED);
    }
    RecordedDecision then;
    try {
      then = RecordedDecision.of(Accounting.Line.of(kept, Optional.empty()));
    } catch (CanonicalFormException neverWrittenHere) {
      return Replay.of(Optional.empty(), ReplayReason.RECORD_CHANGED);
    }
    if (then.patient().isEmpty()) {
      return Replay.of(Optional.of(then), ReplayReason.NO_PATIENT_NAMED);
    }
    return inLog.apply(then.patient().get()).contains(kept.digest())
        ? ofWritten(then)
        : Replay.of(Optional.of(then), ReplayReason.RECORD_NOT_IN_LOG);
  }

  private Replay ofWritten(RecordedDecision then) {
    return then.obstacle()
        .map(one -> Replay.of(Optional.of(then), one))
        .orElseGet(() -> decided(then));
  }

  /** The records that leaves name; one that waits for its place counts as well, with its seal. */
  private Set<Digest> inLog(PatientId patient) {
    String chain = Statement.Disclosure.chainOf(parts.tags().of(Optional.of(patient)));
    return parts.leaves().whole(List.of(chain)).of(chain).leaves().stream()
        .map(ConfirmedLeaves.Leaf::statement)
        .filter(Statement.Disclosure.class::isInstance)
        .map(leaf -> ((Statement.Disclosure) leaf).record())
        .collect(Collectors.toSet());
  }

  private Replay decided(RecordedDecision then) {
    DecisionEpoch epoch = then.epoch().orElseThrow();
    long block = then.block(epoch);
    Instant before = min(then.at(), epoch.asOf()).minus(MARGIN);
    Attempt first =
        new Attempt(then, new PastMoment(then.at(), block, epoch.finalBlock(), Bounds.BLOCK));
    Set<ReplayReason> reasons = first.reasons();
    if (reasons.isEmpty() || first.isUnknown()) {
      return first.replay(reasons);
    }
    // It differs: perhaps one side of a change that happened at the same time does not.
    boolean meanwhile =
        List.of(
                new PastMoment(then.at(), block, block, Bounds.BLOCK),
                moment(then, block, epoch.finalBlock()),
                moment(then, block, Long.MAX_VALUE),
                new PastMoment(before, block, epoch.finalBlock(), Bounds.BLOCK_AND_INSTANT))
            .stream()
            .anyMatch(moment -> new Attempt(then, moment).reasons().isEmpty());
    return first.replay(meanwhile ? Set.of(ReplayReason.CHANGED_MEANWHILE) : reasons);
  }

  private static PastMoment moment(RecordedDecision then, long block, long finalBlock) {
    return new PastMoment(then.at().plus(MARGIN), block, finalBlock, Bounds.BLOCK_OR_INSTANT);
  }

  private static Instant min(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** One decision of the record's question, at one moment. */
  private final class Attempt {
    private final RecordedDecision then;
    private final PastMoment moment;
    private final Set<ReplayReason> gaps = EnumSet.noneOf(ReplayReason.class);
    private final Map<PatientId, PatientConsents> held = new HashMap<>();
    private final List<Explanation> again = new ArrayList<>();

    Attempt(RecordedDecision then, PastMoment moment) {
      this.then = then;
      this.moment = moment;
      PastResources resources =
          new PastResources(
              parts.stored(), parts.provenances(), parts.leaves(), parts.context(), moment, gaps);
      FactsReader facts = new FactsReader(parts.references(), ZoneId.systemDefault(), resources);
      Set<String> named = then.resources();
      if (named.isEmpty()) {
        gaps.add(ReplayReason.NO_RESOURCE_NAMED);
      }
      for (String reference : named) {
        resources.named(reference).map(facts::read).ifPresent(this::decide);
      }
    }

    private void decide(ResourceFacts facts) {
      DecisionEpoch epoch = then.epoch().orElseThrow();
      AccessRequest question = then.question();
      again.add(
          ConsentDecider.explain(
              this::held,
              new LedgerView(moment.block(), then.at()),
              new ConsentPolicy(
                  new PurposeModes(epoch.mode(), Map.of()), epoch.breakGlass(), NEVER_STALE),
              question,
              facts));
    }

    private PatientConsents held(PatientId patient) {
      return held.computeIfAbsent(patient, this::of);
    }

    private PatientConsents of(PatientId patient) {
      Set<ConsentResourceId> candidates = new LinkedHashSet<>();
      parts.index().of(patient).stream().map(CompiledConsent::id).forEach(candidates::add);
      candidates.addAll(parts.candidates().of(patient, moment.at(), MOST));
      if (candidates.size() > MOST) {
        gaps.add(ReplayReason.TOO_MANY_CONSENTS);
        return new PatientConsents(patient, List.of());
      }
      PastConsents.Found found = parts.consents().of(patient, candidates, moment);
      found.gaps().stream().map(Attempt::reason).forEach(gaps::add);
      return new PatientConsents(patient, found.consents());
    }

    private static ReplayReason reason(PastConsents.Gap gap) {
      return switch (gap) {
        case NOT_KEPT -> ReplayReason.CONSENT_NOT_KEPT;
        case NOT_CONFIRMED -> ReplayReason.CONSENT_NOT_CONFIRMED;
        case NAMED_CHANGED -> ReplayReason.NAMED_CHANGED;
      };
    }

    boolean isUnknown() {
      return !gaps.isEmpty();
    }

    Replay replay(Set<ReplayReason> reasons) {
      return new Replay(Optional.of(then), again, reasons);
    }

    /** Empty when it is the same. */
    Set<ReplayReason> reasons() {
      if (isUnknown()) {
        return gaps;
      }
      RecordedDecision.Outcome before = then.outcome();
      boolean permitted = again.stream().allMatch(one -> one.decision().permitted());
      if (before.permitted() != permitted) {
        boolean byScope = before.why().equals(Optional.of(Reason.SCOPE.name()));
        return Set.of(byScope ? ReplayReason.SCOPES_NOT_KEPT : ReplayReason.OUTCOME_DIFFERS);
      }
      boolean alike = permitted ? isPermittedAlike(before) : isRefusedAlike(before);
      if (!alike) {
        return Set.of(ReplayReason.WHY_DIFFERS);
      }
      return then.listsAll() ? Set.of() : Set.of(ReplayReason.MORE_THAN_LISTED);
    }

    /** As its record tells the patient, and as a record of before told all of them. */
    private Stream<ConsentDecision> told() {
      return again.stream()
          .flatMap(
              one ->
                  Stream.of(one.toldTo(then.patient().orElseThrow()), one.decision()).distinct());
    }

    private boolean isRefusedAlike(RecordedDecision.Outcome before) {
      return told()
          .anyMatch(
              one ->
                  one instanceof Refuse refuse
                      && before.why().equals(Optional.of(refuse.reason().name())));
    }

    private boolean isPermittedAlike(RecordedDecision.Outcome before) {
      PatientId patient = then.patient().orElseThrow();
      Set<String> rules =
          Stream.<Function<Explanation, ConsentDecision>>of(
                  one -> one.toldTo(patient), Explanation::decision)
              .flatMap(told -> remarkable(again.stream().map(told)).stream())
              .map(Rule::name)
              .collect(Collectors.toSet());
      return before.why().filter(rules::contains).isPresent()
          && permitting().containsAll(before.consents());
    }

    private static Optional<Rule> remarkable(Stream<ConsentDecision> permits) {
      return permits.map(one -> ((Permit) one).rule()).max(Rule::compareTo);
    }

    private Set<String> permitting() {
      return again.stream()
          .flatMap(one -> one.patients().stream())
          .flatMap(one -> one.considered().stream())
          .filter(one -> one.effect() == Effect.PERMITS)
          .map(one -> "Consent/" + one.consent().value())
          .collect(Collectors.toSet());
    }
  }
}
