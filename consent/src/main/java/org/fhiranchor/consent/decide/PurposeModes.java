package org.fhiranchor.consent.decide;

import java.util.List;
import java.util.Map;

/**
 * What happens when a patient's consents neither permit nor deny, per purpose of use. A purpose
 * that is not named takes the mode of the nearest named one above it, else the default.
 */
public record PurposeModes(Mode byDefault, Map<Purpose, Mode> named) {
  /** Refused unless consented, for every purpose. */
  public static final PurposeModes ALL_OPT_IN = new PurposeModes(Mode.OPT_IN, Map.of());

  public PurposeModes {
    named = Map.copyOf(named);
  }

  /** Whether data may be used without a permit. */
  public enum Mode {
    /** Only with a permit. */
    OPT_IN,
    /** Unless denied. */
    OPT_OUT
  }

  /** Opt-out only when every stated purpose is; the default when none is stated or named. */
  public Mode of(List<Purpose> purposes) {
    if (purposes.isEmpty() || named.isEmpty()) {
      return byDefault;
    }
    for (Purpose purpose : purposes) {
      if (of(purpose) == Mode.OPT_IN) {
        return Mode.OPT_IN;
      }
    }
    return Mode.OPT_OUT;
  }

  private Mode of(Purpose purpose) {
    Purpose at = purpose;
    while (true) {
      Mode mode = named.get(at);
      if (mode != null) {
        return mode;
      }
      String parent = Purpose.hierarchy().get(at.code().code());
      if (parent == null || at.bit() == 0 || parent.equals(at.code().code())) {
        return byDefault;
      }
      at = Purpose.of(parent);
    }
  }
}
