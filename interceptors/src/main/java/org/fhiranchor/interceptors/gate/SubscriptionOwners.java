package org.fhiranchor.interceptors.gate;

import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.consent.decide.ConsentDecision;
import org.fhiranchor.interceptors.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.interceptors.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.interceptors.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.interceptors.consent.decide.Reason;
import org.fhiranchor.interceptors.gate.Bindings.Kind;
import org.fhiranchor.interceptors.identity.Role;
import org.hl7.fhir.r4.model.Subscription;

/**
 * Whose a subscription is: its criteria tell who follows whom, so it is shown to its owner and to
 * operators alone (G12). Its owner is whoever wrote it last.
 */
final class SubscriptionOwners {
  private final Bindings bindings;

  SubscriptionOwners(Bindings bindings) {
    this.bindings = bindings;
  }

  /** The owner; empty when nobody is known to be. */
  Optional<Asking> of(String id) {
    return bindings.holder(Kind.SUBSCRIPTION, id).map(AskingText::read);
  }

  void own(Subscription subscription, Asking asking) {
    bindings.rebind(
        Kind.SUBSCRIPTION, subscription.getIdElement().getIdPart(), AskingText.write(asking));
  }

  ConsentDecision decide(Subscription subscription, Asking asking) {
    boolean own =
        Optional.ofNullable(subscription.getIdElement().getIdPart())
            .flatMap(this::of)
            .filter(owner -> Holder.of(owner.who()).equals(Holder.of(asking.who())))
            .isPresent();
    return own || asking.who().has(Role.OPERATOR)
        ? new Permit(Rule.NOT_GOVERNED, Set.of(), 0)
        : new Refuse(Reason.ACTOR);
  }
}
