package org.fhiranchor.consent.decide;

import java.util.Arrays;
import java.util.EnumMap;
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
      implements ConsentDecision {}

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

  /** Whether the answer is yes. */
  default boolean permitted() {
    return this instanceof Permit;
  }
}
