package org.fhiranchor.consent.compile;

import org.fhiranchor.consent.decide.CompiledConsent;

/** What became of a Consent. */
public sealed interface Compilation {
  /** It can be decided on. */
  record Ready(CompiledConsent consent) implements Compilation {}

  /**
   * It belongs to no patient of this server, so that it neither permits nor denies.
   *
   * @param why for the operator's log; names no patient
   */
  record Unusable(String why) implements Compilation {}
}
