package org.fhiranchor.consent.compile;

import java.util.Optional;
import org.fhiranchor.consent.decide.CompiledConsent;

/** What became of a Consent. */
public sealed interface Compilation {
  /**
   * It can be decided on.
   *
   * @param fault what kept this server from reading it, a defect: it denies everything of its
   *     patient then, and permits nothing
   */
  record Ready(CompiledConsent consent, Optional<RuntimeException> fault) implements Compilation {}

  /**
   * It belongs to no patient of this server, so that it neither permits nor denies.
   *
   * @param why for the operator's log; names no patient
   */
  record Unusable(String why) implements Compilation {}
}
