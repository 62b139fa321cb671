package org.fhiranchor.consent.decide;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The answer to one {@link AccessRequest} about one resource. */
public sealed interface ConsentDecision {
  /**
   * Permitted.
   *
   * @param rule what permitted it; the most remarkable one when several patients are concerned
   * @param because the consents that it rests on; empty for every rule but {@link Rule#CONSENT}
   * @param asOfBlock the ledger's block that this node had followed to
   */
  record Permit(Rule rule, Set<ConsentResourceId> because, long asOfBlock)
      implements ConsentDecision {
    private Permit with(Permit other) {
      return new Permit(rule.remarkable(other.rule), union(because, other.because), asOfBlock);
    }

    private static Set<ConsentResourceId> union(
        Set<ConsentResourceId> one, Set<ConsentResourceId> other) {
      if (one.isEmpty() || other.isEmpty()) {
        return one.isEmpty() ? other : one;
      }
      Set<ConsentResourceId> both = new HashSet<>(one);
      both.addAll(other);
      return Set.copyOf(both);
    }
  }

  /** Refused; the reason is not for the refused. */
  record Refuse(Reason reason) implements ConsentDecision {
    private static final Map<Reason, Refuse> ALL =
        Arrays.stream(Reason.values())
            .collect(
                Collectors.toMap(
                    reason -> reason,
                    Refuse::new,
                    (one, same) -> one,
                    () -> new EnumMap<>(Reason.class)));

    static Refuse of(Reason reason) {
      Refuse known = ALL.get(reason);
      return known == null ? new Refuse(reason) : known;
    }
  }

  /** What permitted it, the least remarkable first. */
  enum Rule {
    /** Consent does not rule over this resource. */
    NOT_GOVERNED,
    /** The patient's own data. */
    PATIENT_SELF,
    /** An effective Consent. */
    CONSENT,
    /** No Consent denies it and the purpose is opt-out. */
    OPT_OUT,
    /** A governed resource of no known patient, read with a system scope meant for it. */
    UNOWNED_SCOPE,
    /** The glass was broken: nothing else permitted it. */
    BREAK_GLASS;

    Rule remarkable(Rule other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  /**
   * What of a decision about several patients is told to one of them: what their own consents came
   * to, and nothing of the others' (FOL-5).
   *
   * @param own what they came to alone; a refusal to which they did not lead is {@link
   *     Reason#NO_CONSENT}
   */
  default ConsentDecision toldTo(ConsentDecision own) {
    if (this instanceof Permit all) {
      return own.permitted() ? own : new Permit(all.rule(), Set.of(), all.asOfBlock());
    }
    return own.permitted() ? Refuse.of(Reason.NO_CONSENT) : own;
  }

  /** Both must permit: the farthest refusal counts, else the more remarkable permit. */
  default ConsentDecision and(ConsentDecision other) {
    if (this instanceof Refuse first) {
      return other instanceof Refuse second
          ? Refuse.of(first.reason().farthest(second.reason()))
          : this;
    }
    return this instanceof Permit first && other instanceof Permit second
        ? first.with(second)
        : other;
  }

  /** Whether the answer is yes. */
  default boolean permitted() {
    return this instanceof Permit;
  }
}
