package org.fhiranchor.consent.decide;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What somebody wants to do with data: http://terminology.hl7.org/CodeSystem/consentaction. */
public enum Action {
  COLLECT,
  ACCESS,
  USE,
  DISCLOSE,
  CORRECT;

  /** The code system of these five codes. */
  public static final String SYSTEM = "http://terminology.hl7.org/CodeSystem/consentaction";

  /** The action of a coding; empty for one that is not understood. */
  public static Optional<Action> of(Code code) {
    if (!code.system().equals(SYSTEM)) {
      return Optional.empty();
    }
    for (Action action : values()) {
      if (action.code().equals(code.code())) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether somebody to whom those are denied cannot do this: who reads is shown what is read, and
   * uses it.
   */
  boolean isDeniedWith(Set<Action> denied) {
    return denied.contains(this)
        || (this == ACCESS && (denied.contains(USE) || denied.contains(DISCLOSE)));
  }

  /** The FHIR code, {@code "access"}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
