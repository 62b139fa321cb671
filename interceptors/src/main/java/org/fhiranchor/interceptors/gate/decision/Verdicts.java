package org.fhiranchor.interceptors.gate.decision;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.DisclosureGround;
import org.fhiranchor.consent.decide.OtherNames;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.disclosure.AccessVerdict;
import org.fhiranchor.interceptors.disclosure.JournaledAuditEvents;
import org.fhiranchor.interceptors.disclosure.ShownResource;
import org.fhiranchor.interceptors.identity.ScopeReach;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Subscription;

/**
 * What consents say about the resources of one request, each asked about once (GATE-2). Whoever
 * shows a resource asks here.
 */
public final class Verdicts {
  private static final String PROVENANCE = "Provenance";

  private final ConsentDecider decider;
  private final FactsReader facts;
  private final ScopeReach reach;
  private final StoredResources stored;
  private final ExportFiles exports;
  private final SubscriptionOwners owners;
  private final BinaryWriters binaries;
  private final Function<Set<String>, OtherNames> people;
  private final GateLog log;
  private final Clock clock;

  /** What is asked, and told of the answers. */
  public record Parts(
      ConsentDecider decider,
      FactsReader facts,
      ScopeReach reach,
      StoredResources stored,
      ExportFiles exports,
      SubscriptionOwners owners,
      BinaryWriters binaries,
      Function<Set<String>, OtherNames> people,
      GateLog log,
      Clock clock) {}

  public Verdicts(Parts parts) {
    this.decider = parts.decider();
    this.facts = parts.facts();
    this.reach = parts.reach();
    this.stored = parts.stored();
    this.exports = parts.exports();
    this.owners = parts.owners();
    this.binaries = parts.binaries();
    this.people = parts.people();
    this.log = parts.log();
    this.clock = parts.clock();
  }

  /** Whether whoever sent the request may see the resource as it is. */
  public boolean permits(RequestDetails request, AccessSubject asking, IBaseResource resource) {
    return decide(request, asking, resource).permitted();
  }

  /** Whether consents let whoever sent the request change the resource that stands there. */
  public boolean permitsChanging(
      RequestDetails request, AccessSubject asking, IBaseResource before) {
    if (before instanceof Subscription) {
      return true;
    }
    AccessRequest question = question(request, asking, before).to(Action.CORRECT);
    Gathered gathered = new Gathered(false);
    ConsentDecision decision = ofOne(asking, before, type -> question, gathered);
    if (!decision.permitted()) {
      AccessVerdict verdict = gathered.verdict(decision);
      AccessEvent.of(request).ifPresent(event -> event.refusedToChange(before, verdict));
    }
    return decision.permitted();
  }

  /**
   * Whether consents let whoever sent the request bring what these facts are of into the records of
   * its owners: every known one lets them collect something, and none denies this.
   */
  public boolean permitsCollecting(
      RequestDetails request, AccessSubject asking, IBaseResource resource, ResourceFacts made) {
    AccessRequest question = question(request, asking, resource).to(Action.COLLECT);
    Optional<RequestMemory> memory = RequestMemory.of(request);
    return !decider.denies(question, made)
        && made.everyOwner().stream()
            .filter(owner -> memory.filter(one -> one.hasCreated(owner.reference())).isEmpty())
            .allMatch(decider.possible(question)::isOf);
  }

  private AccessRequest question(
      RequestDetails request, AccessSubject asking, IBaseResource resource) {
    String type = resource.fhirType();
    return RequestMemory.of(request)
        .map(memory -> memory.question(type, same -> question(asking, same)))
        .orElseGet(() -> question(asking, type));
  }

  public ConsentDecision decide(
      RequestDetails request, AccessSubject asking, IBaseResource resource) {
    return RequestMemory.of(request)
        .map(
            memory ->
                memory.decision(resource, one -> note(request, one, decide(memory, asking, one))))
        .orElseGet(() -> note(request, resource, decide(asking, resource)));
  }

  private static ConsentDecision note(
      RequestDetails request, IBaseResource resource, AccessVerdict verdict) {
    RequestMemory.of(request).ifPresent(memory -> memory.protects(resource, verdict.partTwo()));
    AccessEvent.of(request).ifPresent(event -> event.decided(resource, verdict));
    return verdict.decision();
  }

  private AccessVerdict decide(RequestMemory memory, AccessSubject asking, IBaseResource resource) {
    return decide(asking, resource, type -> memory.question(type, same -> question(asking, same)));
  }

  private AccessVerdict decide(AccessSubject asking, IBaseResource resource) {
    return decide(asking, resource, type -> question(asking, type));
  }

  /**
   * The answer without a request around it, whose hooks would hold the token to its limits: lines
   * of an export, deliveries (WHO-5).
   */
  public AccessVerdict deliver(AccessSubject asking, IBaseResource resource) {
    return reaches(asking, resource)
        ? decide(asking, resource)
        : AccessVerdict.refused(Reason.SCOPE);
  }

  /**
   * Whether the token's scopes and launch context reach the resource, and what it was made of. No
   * hook holds what is looked up beside a request to them.
   */
  public boolean reaches(AccessSubject asking, IBaseResource resource) {
    IBaseResource judged = JudgedAs.of(resource);
    return reach.reads(asking.who(), judged, judged) && reach.reads(asking.who(), resource, judged);
  }

  /**
   * Whose it is, and what is decided about it, outside of what a token reaches. Nobody asks for the
   * resource, so it is not counted.
   */
  public AccessVerdict of(AccessSubject asking, IBaseResource resource) {
    return judge(asking, resource, type -> question(asking, type));
  }

  /** Whether a stored resource is nobody's, and everybody may see it, whoever made it. */
  public boolean isEverybodys(AccessSubject asking, IBaseResource resource) {
    return telling(resource)
        .map(facts::read)
        .filter(known -> known.everyOwner().isEmpty())
        .map(known -> decider.decide(question(asking, resource.fhirType()), known))
        .filter(Permit.class::isInstance)
        .map(Permit.class::cast)
        .filter(permit -> permit.rule() == Rule.NOT_GOVERNED)
        .isPresent();
  }

  /** The same of the current version of this id. */
  public boolean isEverybodys(AccessSubject asking, String type, String id) {
    return stored.current(type, id).filter(one -> isEverybodys(asking, one)).isPresent();
  }

  /** Whether it is known of some patient that the current version of this id is theirs. */
  public boolean isSomebodys(AccessSubject asking, String type, String id) {
    return stored.current(type, id).filter(one -> !of(asking, one).owners().isEmpty()).isPresent();
  }

  private AccessRequest question(AccessSubject asking, String type) {
    return asking.request(type, clock.instant()).alsoKnownAs(people.apply(asking.actors()));
  }

  private AccessVerdict decide(
      AccessSubject asking, IBaseResource resource, Function<String, AccessRequest> questions) {
    AccessVerdict verdict = judge(asking, resource, questions);
    log.decided(verdict.decision());
    return verdict;
  }

  private AccessVerdict judge(
      AccessSubject asking, IBaseResource resource, Function<String, AccessRequest> questions) {
    Gathered gathered = new Gathered(ExportFiles.jobOf(resource).isPresent());
    ConsentDecision decision = ask(asking, JudgedAs.of(resource), questions, gathered);
    return gathered.verdict(decision);
  }

  private ConsentDecision ask(
      AccessSubject asking,
      IBaseResource resource,
      Function<String, AccessRequest> questions,
      Gathered gathered) {
    return ExportFiles.jobOf(resource)
        .map(
            job ->
                exports.decide(
                    (Binary) resource,
                    job,
                    asking,
                    line ->
                        reaches(asking, line)
                            ? ofOne(asking, line, questions, gathered)
                            : new Refuse(Reason.SCOPE)))
        .orElseGet(() -> ofOne(asking, resource, questions, gathered));
  }

  private ConsentDecision ofOne(
      AccessSubject asking,
      IBaseResource resource,
      Function<String, AccessRequest> questions,
      Gathered gathered) {
    if (resource instanceof Subscription subscription) {
      return owners.decide(subscription, asking);
    }
    if (JournaledAuditEvents.isOne(resource)) {
      return ofJournal(asking, JournaledAuditEvents.patientOf(resource), gathered);
    }
    AccessRequest question = questions.apply(resource.fhirType());
    Optional<Resource> telling = telling(resource);
    Optional<ResourceFacts> read = telling.map(facts::read);
    read.ifPresent(known -> gathered.found(telling.orElseThrow(), known));
    ConsentDecision decision =
        read.map(known -> decide(question, asking, resource, known, gathered))
            .orElseGet(() -> new Refuse(Reason.NO_CONSENT));
    if (decision instanceof Permit permit && permit.rule() != Rule.PATIENT_SELF) {
      read.ifPresent(known -> gathered.protects(partTwo(permit, question, known)));
    }
    return decision;
  }

  /** Why what of it 42 CFR part 2 protects is shown. */
  private Set<DisclosureGround> partTwo(Permit permit, AccessRequest question, ResourceFacts read) {
    Set<DisclosureGround> grounds = new LinkedHashSet<>();
    for (ResourceFacts one : read.underPartTwo()) {
      // A part is asked about anew: what it rests on may have been revoked since, the notice stays.
      Permit own =
          !one.equals(read) && decider.decide(question, one) instanceof Permit part ? part : permit;
      grounds.addAll(decider.grounds(own, question, one));
    }
    return grounds;
  }

  /** No consent shows it to anybody: it is for the patient and for officers (AUD-1). */
  private static ConsentDecision ofJournal(
      AccessSubject asking, Optional<PatientId> patient, Gathered gathered) {
    patient.ifPresent(gathered::count);
    if (patient.isPresent() && patient.equals(asking.self())) {
      return new Permit(Rule.PATIENT_SELF, Set.of(), 0);
    }
    return asking.readsAccountings()
        ? new Permit(Rule.NOT_GOVERNED, Set.of(), 0)
        : new Refuse(Reason.NO_CONSENT);
  }

  /** Each owner is told of what their own consents came to. */
  private ConsentDecision decide(
      AccessRequest question,
      AccessSubject asking,
      IBaseResource resource,
      ResourceFacts read,
      Gathered gathered) {
    Optional<ConsentDecision> known = withoutConsents(asking, resource, read);
    ConsentDecision decision = known.orElseGet(() -> decider.decide(question, read));
    Set<PatientId> owners = read.everyOwner();
    if (known.isPresent() || owners.size() < 2) {
      owners.forEach(owner -> gathered.decided(owner, decision));
    } else {
      decider.ofEach(question, read).forEach(gathered::decided);
    }
    return decision;
  }

  /** What consents need not be asked about. */
  private Optional<ConsentDecision> withoutConsents(
      AccessSubject asking, IBaseResource resource, ResourceFacts read) {
    if (resource instanceof Provenance && !reachesTargets(asking, read)) {
      return Optional.of(new Refuse(Reason.SCOPE));
    }
    boolean unreferenced =
        resource instanceof Binary
            && read.owners().equals(ResourceFacts.Owners.UNKNOWN)
            && read.parts().isEmpty();
    return unreferenced && binaries.maySeeUnreferenced((Binary) resource, asking)
        ? Optional.of(new Permit(Rule.NOT_GOVERNED, Set.of(), 0))
        : Optional.empty();
  }

  /** A Provenance tells of its targets: the token must reach their types as well (OWN-4). */
  private boolean reachesTargets(AccessSubject asking, ResourceFacts provenance) {
    return provenance.parts().stream()
        .allMatch(
            target ->
                reachesTarget(asking, target)
                    && (!target.types().contains(PROVENANCE) || reachesTargets(asking, target)));
  }

  private boolean reachesTarget(AccessSubject asking, ResourceFacts target) {
    String type = target.types().get(0);
    Set<String> ids =
        target.names().stream()
            .filter(name -> name.startsWith(type + "/"))
            .map(name -> name.substring(type.length() + 1))
            .collect(Collectors.toSet());
    Set<String> owners =
        target.everyOwner().stream().map(PatientId::value).collect(Collectors.toSet());
    return reach.reads(asking.who(), type, ids, owners);
  }

  /** What tells whose it is: for a deletion, what was deleted. */
  private Optional<Resource> telling(IBaseResource resource) {
    return resource.isDeleted()
        ? stored.lastLiveVersion(resource.getIdElement())
        : Optional.of(resource).map(Resource.class::cast);
  }

  /** Whether the current version of this id exists and may be seen, of an open type as well. */
  public boolean isVisible(RequestDetails request, AccessSubject asking, String type, String id) {
    return visible(request, asking, type, id).isPresent();
  }

  /** The current version of this id, if it may be seen. */
  public Optional<Resource> visible(
      RequestDetails request, AccessSubject asking, String type, String id) {
    return stored
        .current(type, id)
        .filter(resource -> isWithinLimit(asking, resource) && permits(request, asking, resource));
  }

  /**
   * What is decided about the current versions of these ({@code "Type/id"}), as far as there are.
   */
  public Map<String, ShownResource> current(AccessSubject asking, Collection<String> names) {
    Map<String, ShownResource> found = new HashMap<>();
    stored
        .current(names)
        .forEach(
            (name, resource) ->
                found.put(name, ShownResource.of(resource, decide(asking, resource))));
    return found;
  }

  /** No hook holds what is looked up here to the limits of the token (WHO-1, SIGN-5). */
  private boolean isWithinLimit(AccessSubject asking, Resource resource) {
    return reach.isWithin(asking.who(), resource);
  }
}
