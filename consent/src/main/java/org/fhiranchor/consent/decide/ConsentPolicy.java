package org.fhiranchor.consent.decide;

import java.time.Duration;

/**
 * What the operator has set.
 *
 * @param maxStaleness how old knowledge of the ledger may be; older refuses everything but own data
 *     and a broken glass
 */
public record ConsentPolicy(PurposeModes modes, BreakGlass breakGlass, Duration maxStaleness) {
  /** What a broken glass opens. */
  public enum BreakGlass {
    /** Nothing. */
    OFF,
    /** What no Consent denies. */
    NOT_AGAINST_DENIES,
    /** Everything. */
    AGAINST_DENIES
  }

  /** What holds while a deny may be stored that is not known yet: it may be what keeps it shut. */
  ConsentPolicy withoutKnownDenies() {
    return breakGlass == BreakGlass.NOT_AGAINST_DENIES
        ? new ConsentPolicy(modes, BreakGlass.OFF, maxStaleness)
        : this;
  }
}
