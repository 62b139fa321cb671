package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.batch2.api.IJobCoordinator;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorBroadcaster;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.SearchBuilderFactory;
import ca.uhn.fhir.jpa.search.ISynchronousSearchSvc;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.OtherNames;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.interceptors.disclosure.AccessRecorder;
import org.fhiranchor.interceptors.disclosure.DecisionEpoch;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.BinaryWriters;
import org.fhiranchor.interceptors.gate.decision.Bindings;
import org.fhiranchor.interceptors.gate.decision.ExportFiles;
import org.fhiranchor.interceptors.gate.decision.ExportJobs;
import org.fhiranchor.interceptors.gate.decision.GateLog;
import org.fhiranchor.interceptors.gate.decision.GateSettings;
import org.fhiranchor.interceptors.gate.decision.OwnedResources;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.fhiranchor.interceptors.gate.decision.SubscriptionOwners;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.gate.search.ChainRules;
import org.fhiranchor.interceptors.gate.search.HitPrefilter;
import org.fhiranchor.interceptors.gate.search.Narrowing;
import org.fhiranchor.interceptors.gate.search.PageLinks;
import org.fhiranchor.interceptors.gate.search.PatientLinks;
import org.fhiranchor.interceptors.gate.search.ResourcesWithoutPatient;
import org.fhiranchor.interceptors.gate.search.SearchRules;
import org.fhiranchor.interceptors.gate.search.UnlinkedResources;
import org.fhiranchor.interceptors.gate.search.VisibleFirst;
import org.fhiranchor.interceptors.gate.search.VisibleHits;
import org.fhiranchor.interceptors.gate.write.Collected;
import org.fhiranchor.interceptors.gate.write.References;
import org.fhiranchor.interceptors.identity.ScopeMatcher;
import org.fhiranchor.interceptors.identity.ScopeReach;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.fhiranchor.interceptors.provenance.TargetVisibility;
import org.hl7.fhir.r4.model.Resource;

/** The gate as a whole: the interceptors to register, each in its registry. */
public final class ConsentGate {
  private final ServerGate server;
  private final StorageGate storage;
  private final ChainGate chains;
  private final ResponseGate response;
  private final CapabilityRules capabilities;
  private final ExportGate export;
  private final SubscriptionGate subscription;
  private final WriteGate writes;
  private final BinaryWriters binaries;
  private final BinaryGate attachments;
  private final ExplainAccess explain;
  private final HitPrefilter sieve;
  private final TargetGate targets;
  private final Predicate<Resource> hiddenFromValidation;
  private final Optional<DisclosureGate> disclosures;
  private final Optional<PartTwoGate> partTwo;

  /**
   * Everything around the gate that it asks.
   *
   * @param erased whether a resource of this name was erased with its patient
   * @param people who else those are who go by these names (DENY-7)
   */
  public record Surroundings(
      FhirContext context,
      DaoRegistry daos,
      ISearchParamRegistry searchParameters,
      ScopeMatcher scopes,
      Supplier<IJobCoordinator> jobs,
      Supplier<ISynchronousSearchSvc> searches,
      Supplier<SearchBuilderFactory<?>> builders,
      Supplier<? extends IInterceptorBroadcaster> hooks,
      LocalReferences references,
      PatientLinks links,
      UnlinkedResources unlinked,
      Executor background,
      Bindings bindings,
      BinaryReferences binaries,
      Predicate<String> erased,
      Function<Set<String>, OtherNames> people,
      GateLog log,
      Optional<AccessRecorder> recorder) {}

  /** A gate that asks these consents under this policy. */
  public ConsentGate(
      Surroundings around,
      ConsentIndex index,
      ConsentPolicy policy,
      GateSettings settings,
      Clock clock) {
    StoredResources stored = new StoredResources(around.daos());
    RelatedResources related = related(stored, around.binaries(), around.erased());
    FactsReader facts = new FactsReader(around.references(), ZoneId.systemDefault(), related);
    ScopeReach reach = new ScopeReach(new OwnedResources(stored, facts), around.scopes());
    ConsentDecider decider = new ConsentDecider(index, policy);
    SubscriptionOwners owners = new SubscriptionOwners(around.bindings());
    ExportJobs jobs = new ExportJobs(around.jobs());
    binaries = new BinaryWriters(around.bindings());
    Verdicts verdicts =
        new Verdicts(
            new Verdicts.Parts(
                decider,
                facts,
                reach,
                stored,
                new ExportFiles(around.context(), jobs),
                owners,
                binaries,
                around.people(),
                around.log(),
                clock));
    ChainRules chainRules =
        new ChainRules(around.searchParameters(), around.context().getResourceTypes());
    SearchRules searches = new SearchRules(chainRules);
    Unavailable unavailable = new Unavailable(settings.refusalStatus());
    PageLinks pages = new PageLinks(around.bindings());
    boolean enforced = settings.enforced();
    Function<AccessSubject, DecisionEpoch> epochs =
        asking ->
            DecisionEpoch.of(index.ledger(), decider.policy(), asking.purposes())
                .of(around.people().apply(asking.actors()));
    References references =
        new References(around.context(), around.references(), verdicts, searches);
    FactsReader alone =
        new FactsReader(
            around.references(), ZoneId.systemDefault(), RelatedResources.NOTHING_KNOWN);
    Collected collected = new Collected(around.references(), related);
    writes = new WriteGate(verdicts, references, collected, alone, unavailable, enforced);
    RequestRules rules =
        new RequestRules(
            verdicts, searches, references, new ExportRules(jobs, verdicts, searches), unavailable);
    server =
        new ServerGate(
            new ServerGate.Parts(
                rules,
                new Freshness(index, policy, searches, clock),
                pages,
                unavailable,
                around.log()),
            enforced);
    attachments = new BinaryGate(facts, verdicts, unavailable, enforced);
    storage = new StorageGate(verdicts, enforced, settings.searchLimit());
    chains =
        new ChainGate(
            around.context(),
            chainRules,
            new VisibleHits(
                around.context(),
                around.searches(),
                around.builders(),
                settings.searchLimit(),
                settings.scanLimit()),
            unavailable,
            enforced);
    response = new ResponseGate(verdicts, pages, unavailable, enforced);
    capabilities = new CapabilityRules(enforced);
    export = new ExportGate(jobs, verdicts, enforced);
    subscription =
        new SubscriptionGate(
            new SubscriptionGate.Parts(
                around.context(),
                owners,
                verdicts,
                stored,
                searches,
                unavailable,
                new RecordedDeliveries(around.recorder(), epochs, clock)),
            enforced);
    disclosures =
        around.recorder().map(recorder -> new DisclosureGate(verdicts, alone, epochs, clock));
    partTwo = enforced ? Optional.of(new PartTwoGate()) : Optional.empty();
    Narrowing narrowing =
        new Narrowing(
            around.searchParameters(),
            new ResourcesWithoutPatient(around.unlinked(), around.background()),
            settings.narrowLimit());
    sieve =
        new HitPrefilter(
            decider,
            around.links(),
            narrowing,
            new VisibleFirst(around.hooks(), settings),
            settings,
            clock);
    hiddenFromValidation = resource -> enforced && facts.read(resource).governed();
    targets = new TargetGate(verdicts, stored, enforced);
    explain = new ExplainAccess(stored, facts, reach, decider, around.people(), unavailable, clock);
  }

  /** What a token's scopes reach, for those who hold them to it whatever this gate is set to. */
  public static ScopeReach reach(
      DaoRegistry daos,
      LocalReferences references,
      BinaryReferences binaries,
      Predicate<String> erased,
      ScopeMatcher scopes) {
    return new ScopeReach(
        new OwnedResources(new StoredResources(daos), facts(daos, references, binaries, erased)),
        scopes);
  }

  /** Reads facts; what names no patient belongs to whom that belongs which it refers to. */
  public static FactsReader facts(
      DaoRegistry daos,
      LocalReferences references,
      BinaryReferences binaries,
      Predicate<String> erased) {
    return new FactsReader(
        references, ZoneId.systemDefault(), related(new StoredResources(daos), binaries, erased));
  }

  /**
   * What the gate looks at to tell whose a resource is.
   *
   * @param erased whether a resource of this name was erased with its patient
   */
  public static RelatedResources related(
      StoredResources stored, BinaryReferences binaries, Predicate<String> erased) {
    return new RelatedResources() {
      @Override
      public Optional<Resource> find(String reference) {
        String[] parts = reference.split("/", 2);
        return stored.lastKnown(parts[0], parts[1]);
      }

      @Override
      public Map<String, Resource> findAll(Collection<String> references) {
        return stored.lastKnown(references);
      }

      @Override
      public boolean isErased(String reference) {
        return erased.test(reference);
      }

      @Override
      public boolean knowsReferrers() {
        return binaries.isComplete();
      }

      @Override
      public List<String> referrersOf(String binary) {
        return binaries.to(binary);
      }
    };
  }

  /** What goes behind HAPI's searches. */
  public HitPrefilter sieve() {
    return sieve;
  }

  /** Who may see what the log says of a version. */
  public TargetVisibility targets() {
    return targets;
  }

  /** What decides about references before HAPI resolves them. */
  public WriteGate writes() {
    return writes;
  }

  /** Whether consents rule over a stored resource, whoever asks; of none while only observing. */
  public Predicate<Resource> hiddenFromValidation() {
    return hiddenFromValidation;
  }

  /** Operations to serve. */
  public List<Object> operations() {
    return List.of(explain);
  }

  /** For the registry of the RestfulServer alone. */
  public List<Object> forServer() {
    List<Object> all = new ArrayList<>(List.of(server, response, capabilities));
    disclosures.ifPresent(all::add);
    partTwo.ifPresent(all::add);
    return List.copyOf(all);
  }

  /** For the JPA registry alone. */
  public List<Object> forJpa() {
    return List.of(export, subscription, writes, binaries, attachments);
  }

  /** For both registries. */
  public List<Object> forBoth() {
    return List.of(storage, chains);
  }
}
