package org.fhiranchor.interceptors.gate.decision;

import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.Reason;

/**
 * Told of everything that the gate decides, by many threads. Must not throw. Implementations write
 * no id and no patient data.
 */
public interface GateLog {
  /** One resource was decided about. */
  void decided(ConsentDecision decision);

  /**
   * One request was refused before any resource was looked at.
   *
   * @param surface what was asked for, without ids
   * @param reason the inner reason, when it is one of consent
   */
  void refused(String surface, Optional<Reason> reason);
}
