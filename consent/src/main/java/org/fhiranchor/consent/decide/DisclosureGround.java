package org.fhiranchor.consent.decide;

import java.util.Optional;

/** Why something was shown to somebody who is not its patient. */
public sealed interface DisclosureGround {
  /**
   * A Consent permitted it.
   *
   * @param scope what it permits to this requester; empty when it changed since it was asked
   */
  record ByConsent(ConsentResourceId consent, Optional<PermittedScope> scope)
      implements DisclosureGround {}

  /** Something else permitted it: broken glass, opt-out, a scope for what has no known patient. */
  record WithoutConsent(ConsentDecision.Rule rule) implements DisclosureGround {}
}
