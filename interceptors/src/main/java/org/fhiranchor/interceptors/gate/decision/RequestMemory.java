package org.fhiranchor.interceptors.gate.decision;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.DisclosureGround;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

/** What the gate remembers while one request is answered; the threads of a batch share it. */
public final class RequestMemory {
  private static final String KEY = "org.fhiranchor.gate.memory";

  private final Map<IBaseResource, ConsentDecision> decisions =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final Map<IBaseResource, Set<DisclosureGround>> partTwo =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final Map<String, AccessRequest> questions = new ConcurrentHashMap<>();
  private final Map<Object, IBaseResource> hits = new ConcurrentHashMap<>();

  private final Set<SearchParameterMap> searches =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  private final Set<SearchParameterMap> counted =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  private final Set<String> visible = ConcurrentHashMap.newKeySet();
  private final Set<IBaseResource> created =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  private final Map<IBaseResource, IBaseResource> replaced =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private final boolean write;
  private final boolean ofEntries;

  private RequestMemory(boolean write, boolean ofEntries) {
    this.write = write;
    this.ofEntries = ofEntries;
  }

  /**
   * Starts to remember, before anything is decided. The reads of a batch come after its writes,
   * many at once, and share one memory that knows nothing of what was there before the writes.
   */
  public static void open(RequestDetails request) {
    Map<Object, Object> shared = request.getUserData();
    boolean entry = request.isSubRequest();
    synchronized (shared) {
      if (!(entry && shared.get(KEY) instanceof RequestMemory known && known.ofEntries)) {
        shared.put(KEY, new RequestMemory(RequestFacts.isWrite(request), entry));
      }
    }
  }

  /** Empty when nobody asked for it to be opened: HAPI's own jobs. */
  public static Optional<RequestMemory> of(RequestDetails request) {
    return Optional.ofNullable(request.getUserData().get(KEY)).map(RequestMemory.class::cast);
  }

  /** The answer for this very object, found once (GATE-2). */
  ConsentDecision decision(IBaseResource resource, Function<IBaseResource, ConsentDecision> find) {
    ConsentDecision known = decisions.get(resource);
    if (known != null) {
      return known;
    }
    ConsentDecision found = find.apply(resource);
    decisions.put(resource, found);
    return found;
  }

  /** Notes why what 42 CFR part 2 protects in this very object is shown (EXP-7). */
  void protects(IBaseResource resource, Set<DisclosureGround> grounds) {
    if (!grounds.isEmpty()) {
      partTwo.put(resource, grounds);
    }
  }

  /** Why; empty when nothing in it is protected so, or it was not decided about. */
  public Set<DisclosureGround> partTwo(IBaseResource resource) {
    return partTwo.getOrDefault(resource, Set.of());
  }

  /** The question about resources of a type, put once: the request has one instant. */
  AccessRequest question(String type, Function<String, AccessRequest> put) {
    return questions.computeIfAbsent(type, put);
  }

  /** Whether the request came to write; HAPI does not say so of a transaction's entries. */
  public boolean isOfWrite() {
    return write;
  }

  /** References that were found to be visible to whoever sent the request. */
  public Set<String> visible() {
    return visible;
  }

  /** Notes what the request brings into being: its id is drawn later. */
  public void created(IBaseResource resource) {
    created.add(resource);
  }

  /** Whether the request itself created what is referred to as {@code "Type/id"}. */
  public boolean hasCreated(String reference) {
    synchronized (created) {
      return find(created, reference).isPresent();
    }
  }

  /** What the request itself stores, or is about to, as {@code "Type/id"}. */
  public Optional<IBaseResource> written(String reference) {
    synchronized (created) {
      Optional<IBaseResource> found = find(created, reference);
      if (found.isPresent()) {
        return found;
      }
    }
    synchronized (replaced) {
      return find(replaced.keySet(), reference);
    }
  }

  private static Optional<IBaseResource> find(Set<IBaseResource> written, String reference) {
    return written.stream().filter(resource -> reference.equals(name(resource))).findFirst();
  }

  private static @Nullable String name(IBaseResource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }

  /** Notes what the request is about to put in the place of what. */
  public void replaces(IBaseResource after, IBaseResource before) {
    replaced.put(after, before);
  }

  /** What this very object replaces. */
  public Optional<IBaseResource> replacedBy(IBaseResource after) {
    return Optional.ofNullable(replaced.get(after));
  }

  /** Hits of a search that were loaded to decide about them, by HAPI's own key. */
  public Map<Object, IBaseResource> hits() {
    return hits;
  }

  /** Notes that the hits of this very search are to be counted, all of them. */
  public void countAll(SearchParameterMap search) {
    counted.add(search);
  }

  /** Whether they are. */
  public boolean countsAll(SearchParameterMap search) {
    return counted.contains(search);
  }

  /** Whether it is the first time that the chains of this very search are looked at. */
  public boolean begins(SearchParameterMap search) {
    return searches.add(search);
  }
}
