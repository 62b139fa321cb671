package org.fhiranchor.interceptors.gate.decision;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.consent.facts.FactsReader;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Subscription;

/**
 * What consents say about the resources of one request, each asked about once (GATE-2). Whoever
 * shows a resource asks here.
 */
public final class Verdicts {
  private final ConsentDecider decider;
  private final FactsReader facts;
  private final StoredResources stored;
  private final ExportFiles exports;
  private final SubscriptionOwners owners;
  private final GateLog log;
  private final Clock clock;

  /** What is asked, and told of the answers. */
  public record Parts(
      ConsentDecider decider,
      FactsReader facts,
      StoredResources stored,
      ExportFiles exports,
      SubscriptionOwners owners,
      GateLog log,
      Clock clock) {}

  public Verdicts(Parts parts) {
    this.decider = parts.decider();
    this.facts = parts.facts();
    this.stored = parts.stored();
    this.exports = parts.exports();
    this.owners = parts.owners();
    this.log = parts.log();
    this.clock = parts.clock();
  }

  /** Whether whoever sent the request may see the resource as it is. */
  public boolean permits(RequestDetails request, AccessSubject asking, IBaseResource resource) {
    return decide(request, asking, resource).permitted();
  }

  public ConsentDecision decide(
      RequestDetails request, AccessSubject asking, IBaseResource resource) {
    return RequestMemory.of(request)
        .map(memory -> memory.decision(resource, one -> decide(memory, asking, one)))
        .orElseGet(() -> decide(asking, resource));
  }

  private ConsentDecision decide(
      RequestMemory memory, AccessSubject asking, IBaseResource resource) {
    return decide(asking, resource, type -> memory.question(type, same -> question(asking, same)));
  }

  /** The answer without a request around it: lines of an export, deliveries. */
  public ConsentDecision decide(AccessSubject asking, IBaseResource resource) {
    return decide(asking, resource, type -> question(asking, type));
  }

  private AccessRequest question(AccessSubject asking, String type) {
    return asking.request(type, clock.instant());
  }

  private ConsentDecision decide(
      AccessSubject asking, IBaseResource resource, Function<String, AccessRequest> questions) {
    ConsentDecision decision = ask(asking, resource, questions);
    log.decided(decision);
    return decision;
  }

  private ConsentDecision ask(
      AccessSubject asking, IBaseResource resource, Function<String, AccessRequest> questions) {
    return exports
        .jobOf(resource)
        .map(
            job ->
                exports.decide(
                    (Binary) resource, job, asking, line -> ofOne(asking, line, questions)))
        .orElseGet(() -> ofOne(asking, resource, questions));
  }

  private ConsentDecision ofOne(
      AccessSubject asking, IBaseResource resource, Function<String, AccessRequest> questions) {
    if (resource instanceof Subscription subscription) {
      return owners.decide(subscription, asking);
    }
    AccessRequest question = questions.apply(resource.fhirType());
    Optional<Resource> telling =
        resource.isDeleted()
            ? stored.lastLiveVersion(resource.getIdElement())
            : Optional.of(resource).map(Resource.class::cast);
    return telling
        .map(facts::read)
        .map(read -> decider.decide(question, read))
        .orElseGet(() -> new ConsentDecision.Refuse(Reason.NO_CONSENT));
  }

  /** Whether the current version of this id exists and may be seen, of an open type as well. */
  public boolean isVisible(RequestDetails request, AccessSubject asking, String type, String id) {
    return visible(request, asking, type, id).isPresent();
  }

  /** The current version of this id, if it may be seen. */
  Optional<Resource> visible(RequestDetails request, AccessSubject asking, String type, String id) {
    return stored.current(type, id).filter(resource -> permits(request, asking, resource));
  }
}
