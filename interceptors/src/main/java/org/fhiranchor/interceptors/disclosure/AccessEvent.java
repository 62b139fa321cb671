package org.fhiranchor.interceptors.disclosure;

import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.DisclosureGround;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * What one request of somebody comes to: collected by the gate while it is answered, by all threads
 * that answer it, and closed when the first byte leaves.
 */
public final class AccessEvent {
  private static final String KEY = "org.fhiranchor.access";

  private final RequestDetails request;
  private final AccessRequester who;
  private final Instant at;
  private final Optional<DecisionEpoch> epoch;
  private final DecidedResources decided = new DecidedResources();
  private final Map<String, AccessVerdict> unchanged = new ConcurrentHashMap<>();
  private final Map<String, Set<PatientId>> stopped = new ConcurrentHashMap<>();
  private final List<AccessAnswer> entries = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Set<PatientId>> concerned = new ConcurrentHashMap<>();
  private final Map<String, Set<PatientId>> askedAbout = new ConcurrentHashMap<>();
  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private final Map<String, Map<String, ShownResource>> led = new ConcurrentHashMap<>();
  private final Map<String, Map<String, ShownResource>> hits = new ConcurrentHashMap<>();
  private volatile Optional<List<ShownResource>> shown = Optional.empty();
  private volatile boolean counts;
  private volatile boolean erased;
  private volatile boolean told;
  private final LateVerdicts late = new LateVerdicts();
  private final WritesLetNear writes = new WritesLetNear();
  private volatile Function<IBaseResource, Set<PatientId>> ownersOf = body -> Set.of();

  /**
   * A request that was authenticated.
   *
   * @param epoch what is decided from; empty where nobody decides
   */
  public AccessEvent(
      RequestDetails request, AccessRequester who, Instant at, Optional<DecisionEpoch> epoch) {
    this.request = request;
    this.who = who;
    this.at = at;
    this.epoch = epoch;
  }

  /** The one of this request; empty for HAPI's own jobs, and where no journal is kept. */
  public static Optional<AccessEvent> of(RequestDetails request) {
    return Optional.ofNullable(request.getUserData().get(KEY)).map(AccessEvent.class::cast);
  }

  /** Puts this event where {@link #of} finds it, also for the entries of a batch. */
  public void attach() {
    request.getUserData().put(KEY, this);
  }

  /** Who asked, and for what. */
  public AccessRequester who() {
    return who;
  }

  /** When it was asked. */
  public Instant at() {
    return at;
  }

  Optional<DecisionEpoch> epoch() {
    return epoch;
  }

  /** A resource was decided about. */
  public void decided(IBaseResource resource, AccessVerdict verdict) {
    decided.add(resource, verdict);
  }

  /** Whoever asks may read this stored resource, and not correct it. */
  public void refusedToChange(IBaseResource resource, AccessVerdict verdict) {
    unchanged.put(DecidedResources.name(resource), verdict);
  }

  /**
   * A change of this stored resource was refused when it was known what it would make.
   *
   * @param named whom that would belong to
   */
  public void stopped(IBaseResource before, Set<PatientId> named) {
    stopped.put(DecidedResources.name(before), named);
  }

  /** A write was let near what stands there already, as it was just decided about. */
  public void letNear(RequestFacts write) {
    AccessQuestion question = AccessQuestion.of(write, true);
    question.written().ifPresent(name -> writes.letNear(name, question, decided.looked(name)));
  }

  /** The answer to a write names this, also where it created nothing. */
  public void ledTo(@Nullable String location) {
    if (location != null && RequestFacts.isWrite(request)) {
      IdType id = new IdType(location);
      if (id.hasResourceType() && id.hasIdPart()) {
        writes.letNear(
            id.getResourceType() + "/" + id.getIdPart(),
            AccessQuestion.of(RequestFacts.of(request), true),
            Optional.empty());
      }
    }
  }

  /** The write made this version; where the answer is no success it is not there. */
  public void stored(IBaseResource version) {
    IIdType id = version.getIdElement();
    writes.stored(version.fhirType() + "/" + id.getIdPart(), id.getVersionIdPart());
  }

  /**
   * How to decide about what a request names and nobody looked at, so that a refusal, and a write
   * that stores nothing, is told to those whom it concerns (DIS-4). It is asked when the answer
   * stands, of all names at once.
   */
  public void decidesBy(Function<Collection<String>, Map<String, ShownResource>> decide) {
    late.decideBy(decide);
  }

  /** How to tell whose a body is that nobody stores: a refused write is told to them (DIS-4). */
  public void readsOwnersBy(Function<IBaseResource, Set<PatientId>> owners) {
    ownersOf = owners;
  }

  /**
   * Refused before anything was looked up.
   *
   * @param asked the request, or the entry of it that was refused
   */
  public void refused(RequestFacts asked, Optional<Reason> reason) {
    refusals.put(
        AccessQuestion.of(asked, false).address(), reason.map(Enum::name).orElse("SURFACE"));
  }

  /** The request erased the patient whom it names: no record of it names them again (ERA-1). */
  public void erases() {
    erased = true;
  }

  /**
   * The answer tells of these patients without holding a resource of theirs.
   *
   * @param asking the request, or the entry of it that is about them
   */
  public void concerns(RequestDetails asking, Set<PatientId> patients) {
    add(asking, patients, concerned);
  }

  /**
   * The request is about these patients, if it is refused.
   *
   * @param asking the request, or the entry of it that is about them
   */
  public void asksAbout(RequestDetails asking, Set<PatientId> patients) {
    add(asking, patients, askedAbout);
  }

  private static void add(
      RequestDetails asking, Set<PatientId> patients, Map<String, Set<PatientId>> to) {
    to.computeIfAbsent(address(asking), first -> ConcurrentHashMap.newKeySet()).addAll(patients);
  }

  private static String address(RequestDetails asking) {
    return AccessQuestion.of(RequestFacts.of(asking), false).address();
  }

  /**
   * A chain of a search was led through these resources: the answer tells of them, whatever is
   * found at its end.
   *
   * @param asking the request, or the entry of it that searches
   */
  public void ledThrough(RequestDetails asking, List<IBaseResource> resources) {
    add(asking, resources, led);
  }

  /**
   * These are hits of a search that may be shown: an answer that counts more of them than it holds
   * tells of all.
   *
   * @param asking the request, or the entry of it that searches
   */
  public void found(RequestDetails asking, List<IBaseResource> resources) {
    add(asking, resources, hits);
  }

  private void add(
      RequestDetails asking,
      List<IBaseResource> resources,
      Map<String, Map<String, ShownResource>> to) {
    Map<String, ShownResource> known =
        to.computeIfAbsent(address(asking), first -> new ConcurrentSkipListMap<>());
    decided.seen(resources).forEach(one -> known.put(one.reference(), one));
  }

  /** What an answer tells of without holding it, in the order of names. */
  private List<ShownResource> behind(Predicate<String> addresses, boolean countsMore) {
    Map<String, ShownResource> all = new TreeMap<>();
    Stream.concat(led.entrySet().stream(), countsMore ? hits.entrySet().stream() : Stream.of())
        .filter(one -> addresses.test(one.getKey()))
        .forEach(one -> all.putAll(one.getValue()));
    return List.copyOf(all.values());
  }

  /**
   * The answer holds these resources, as far as they were decided about.
   *
   * @param countsMore whether it says of more hits than it holds that they are there
   */
  public void shows(List<Resource> resources, boolean countsMore) {
    shown = Optional.of(decided.seen(resources));
    counts = countsMore;
  }

  /** The entries of the answer are about to be told anew. */
  public void startsOver() {
    told = true;
    entries.clear();
  }

  /** An entry of the answer to a batch or transaction. */
  public void entry(
      AccessQuestion question, int status, List<Resource> resources, boolean countsMore) {
    entries.add(
        new AccessAnswer(
            question,
            status,
            decided.seen(resources),
            behind(question.address()::equals, countsMore)));
  }

  /**
   * Why what 42 CFR part 2 protects is told of by an answer that does not hold it: what chains were
   * led through, and the hits of an answer that counts alone (EXP-7).
   */
  public Set<DisclosureGround> partTwoBehind() {
    return partTwo(behind(every -> true, counts && shown.filter(List::isEmpty).isPresent()));
  }

  /** The same of one entry of the answer. */
  public Set<DisclosureGround> partTwoBehind(int entry) {
    if (entry >= entries.size() || !entries.get(entry).shows()) {
      return Set.of();
    }
    AccessAnswer told = entries.get(entry);
    return partTwo(
        told.shown().isEmpty() ? told.behind() : behind(told.question().address()::equals, false));
  }

  private static Set<DisclosureGround> partTwo(List<ShownResource> told) {
    return told.stream()
        .flatMap(one -> one.verdict().partTwo().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** What was decided last about this resource. */
  Optional<AccessVerdict> verdict(String name) {
    return decided.verdict(name);
  }

  /** Names and ids of a patient, and of what was found to be the patient's alone. */
  Set<String> ownOf(Optional<PatientId> patient) {
    Set<String> own = decided.ownOf(patient);
    patient.ifPresent(one -> late.addOwn(one, own));
    return own;
  }

  /**
   * What is decided about the resources that a search names by their ids; empty for those of which
   * nobody knows anything.
   */
  List<Optional<AccessVerdict>> verdictsOfNamed(AccessQuestion question) {
    late.lookAt(question.named().stream().filter(name -> verdict(name).isEmpty()).toList());
    return question.named().stream().map(this::verdictOfRefused).toList();
  }

  /** The same of what was refused, whether it was decided about before or not. */
  Optional<AccessVerdict> verdictOfRefused(String name) {
    return verdict(name).or(() -> late.of(name));
  }

  /** What was decided about the change that a refused write asked for, where it was. */
  Optional<AccessVerdict> refusedChange(AccessQuestion question) {
    return question
        .target()
        .filter(name -> question.corrects())
        .flatMap(name -> Optional.ofNullable(unchanged.get(name)));
  }

  /** Whom a refused change would have given to, where it was known what it would make. */
  Optional<Set<PatientId>> stopped(AccessQuestion question) {
    return question.written().flatMap(name -> Optional.ofNullable(stopped.get(name)));
  }

  Set<PatientId> concerned(AccessQuestion question) {
    return new LinkedHashSet<>(concerned.getOrDefault(question.address(), Set.of()));
  }

  Set<PatientId> askedAbout(AccessQuestion question) {
    return new LinkedHashSet<>(askedAbout.getOrDefault(question.address(), Set.of()));
  }

  /** Whom what the question would write names as its owners, whether they exist or not. */
  Set<PatientId> ownersOfBody(AccessQuestion question) {
    return question
        .patch()
        .map(PatchNames::in)
        .orElseGet(() -> question.body().map(ownersOf).orElse(Set.of()))
        .stream()
        .limit(AccessQuestion.MOST_NAMED)
        .collect(Collectors.toSet());
  }

  Optional<String> refusal(AccessQuestion question) {
    return Optional.ofNullable(refusals.get(question.address()));
  }

  Optional<String> requestId() {
    return Optional.ofNullable(request.getRequestId());
  }

  /**
   * What was asked and answered: the entries of a batch, or the request itself. An answer that did
   * not pass the gate's last hook, such as a proof file, is taken to show whatever was permitted. A
   * transaction that was refused was asked for the entry that stopped it.
   *
   * @throws IllegalStateException for a batch or transaction that succeeded past that hook: what
   *     its entries told is not known
   */
  List<AccessAnswer> answers(int status) {
    // The erasure's own leaf says who asked, when and why.
    return erased ? List.of() : writes.told(answersOf(status), status, late.decider());
  }

  private List<AccessAnswer> answersOf(int status) {
    boolean bundle = request.getRestOperationType() == RestOperationTypeEnum.TRANSACTION;
    if (bundle && !told && status < Constants.STATUS_HTTP_400_BAD_REQUEST) {
      throw new IllegalStateException("a batch or transaction was answered past its entries");
    }
    synchronized (entries) {
      if (!entries.isEmpty()) {
        return List.copyOf(entries);
      }
    }
    boolean write = RequestFacts.isWrite(request);
    AccessQuestion question = AccessQuestion.ofRefused(request, write);
    List<ShownResource> all = shown.orElseGet(() -> write ? List.of() : permitted());
    return List.of(new AccessAnswer(question, status, all, behind(every -> true, counts)));
  }

  /**
   * In the order of their names; of the version that the request names alone, where it is there.
   */
  private List<ShownResource> permitted() {
    List<ShownResource> all = decided.permitted();
    List<ShownResource> named =
        Optional.ofNullable(request.getId())
            .filter(IIdType::hasVersionIdPart)
            .map(id -> id.toUnqualified().getValue())
            .map(name -> all.stream().filter(one -> one.reference().equals(name)).toList())
            .orElse(List.of());
    return named.isEmpty() ? all : named;
  }
}
