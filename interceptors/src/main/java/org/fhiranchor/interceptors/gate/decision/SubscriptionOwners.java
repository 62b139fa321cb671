package org.fhiranchor.interceptors.gate.decision;

import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.interceptors.gate.decision.Bindings.Kind;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.hl7.fhir.r4.model.Subscription;

/**
 * Whose a subscription is: its criteria tell who follows whom, so it is shown to its owner and to
 * operators alone (G12). Its owner is whoever wrote it last.
 */
public final class SubscriptionOwners {
  private final Bindings bindings;

  public SubscriptionOwners(Bindings bindings) {
    this.bindings = bindings;
  }

  /**
   * The owner; empty when nobody is known to be. A reason for breaking the glass was given for the
   * request that wrote the subscription, and for no delivery (DEC-6).
   */
  public Optional<AccessSubject> of(String id) {
    return bindings
        .holder(Kind.SUBSCRIPTION, id)
        .map(AccessSubjectText::read)
        .map(AccessSubject::later);
  }

  public void own(Subscription subscription, AccessSubject asking) {
    bindings.rebind(
        Kind.SUBSCRIPTION,
        subscription.getIdElement().getIdPart(),
        AccessSubjectText.write(asking));
  }

  ConsentDecision decide(Subscription subscription, AccessSubject asking) {
    boolean own =
        Optional.ofNullable(subscription.getIdElement().getIdPart())
            .flatMap(this::of)
            .filter(
                owner ->
                    RequesterFingerprint.of(owner.who())
                        .equals(RequesterFingerprint.of(asking.who())))
            .isPresent();
    return own || asking.who().has(Role.OPERATOR)
        ? new Permit(Rule.NOT_GOVERNED, Set.of(), 0)
        : new Refuse(Reason.ACTOR);
  }
}
