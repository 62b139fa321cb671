package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.GovernedTypes;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.search.SearchRules;
import org.fhiranchor.interceptors.identity.RequestFacts;

/**
 * Whether the ledger, and what other nodes write (FOL-2), were heard lately enough to answer for
 * governed data (CG-6).
 */
final class Freshness {
  private static final Set<RestOperationTypeEnum> LATER =
      Set.of(
          RestOperationTypeEnum.METADATA,
          RestOperationTypeEnum.TRANSACTION,
          RestOperationTypeEnum.BATCH);

  private final ConsentIndex index;
  private final ConsentPolicy policy;
  private final SearchRules searches;
  private final Clock clock;

  Freshness(ConsentIndex index, ConsentPolicy policy, SearchRules searches, Clock clock) {
    this.index = index;
    this.policy = policy;
    this.searches = searches;
    this.clock = clock;
  }

  /** Whether this request has to wait until the ledger is heard again. */
  boolean stops(RequestFacts facts, AccessSubject asking) {
    Instant now = clock.instant();
    return index.ledger().asOf().plus(policy.maxStaleness()).isBefore(now)
        && asksForGovernedData(facts, asking)
        && asking.self().isEmpty()
        && !breaksGlass(asking, now);
  }

  /** What was heard the longest ago. */
  LedgerView.Source oldest() {
    return index.ledger().oldest();
  }

  private boolean breaksGlass(AccessSubject asking, Instant now) {
    return policy.breakGlass() != ConsentPolicy.BreakGlass.OFF
        && asking.request("Patient", now).breaksGlass();
  }

  private boolean asksForGovernedData(RequestFacts facts, AccessSubject asking) {
    Optional<String> operation = facts.operation();
    if (operation.isPresent()) {
      return Surfaces.of(operation.get()) != Surfaces.OWN_RULES;
    }
    return facts.interaction().filter(LATER::contains).isEmpty()
        && (!GovernedTypes.isOpen(facts.type())
            || searches.hasChains(facts.type(), facts.parameters()))
        && !isTrustedWrite(facts, asking);
  }

  private static boolean isTrustedWrite(RequestFacts facts, AccessSubject asking) {
    return facts
        .interaction()
        .map(RequestRules.WRITES::get)
        .filter(permission -> asking.isTrustedToWrite(permission, facts.type()))
        .isPresent();
  }
}
