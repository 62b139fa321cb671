package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.interceptor.JpaPreResourceAccessDetails;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SearchTotalModeEnum;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.RequestMemory;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.gate.search.HitsAhead;
import org.fhiranchor.interceptors.gate.search.LoadedHits;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.fhiranchor.interceptors.identity.TokenAuthentication;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

/**
 * Decides about resources where HAPI loads them to be read (G1, G2, G3, G5): before a hit is
 * stored, so that totals and pages know of permitted ones alone, and again whenever something is
 * shown. Belongs in both registries; being called twice is harmless.
 */
@Interceptor(order = StorageGate.ORDER)
public final class StorageGate {
  /** After identity, before everybody else. */
  public static final int ORDER = -9_000;

  private final Verdicts verdicts;
  private final boolean enforced;
  private final int searchLimit;

  /**
   * A gate at the store.
   *
   * @param searchLimit most hits of one search to decide about
   */
  StorageGate(Verdicts verdicts, boolean enforced, int searchLimit) {
    this.verdicts = verdicts;
    this.enforced = enforced;
    this.searchLimit = searchLimit;
  }

  /** Before anybody decides: what is decided about is loaded once, to be shown as well. */
  @Hook(value = Pointcut.STORAGE_PREACCESS_RESOURCES, order = TokenAuthentication.ORDER - 1)
  public void load(@Nullable RequestDetails request, IPreResourceAccessDetails details) {
    if (request == null || RequestFacts.isWrite(request) || details.size() > searchLimit) {
      return;
    }
    if (asking(request).isPresent()) {
      LoadedHits.load(request, details);
    }
  }

  /**
   * Before a hit is stored or a resource is read. Never during a write: HAPI hands over the very
   * resource that it is about to store, and a transaction does not store what is hidden from it
   * (W-1). What a writer may see of the result is decided by {@link ResponseGate} alone.
   */
  @Hook(Pointcut.STORAGE_PREACCESS_RESOURCES)
  public void access(@Nullable RequestDetails request, IPreResourceAccessDetails details) {
    Optional<AccessSubject> asking = asking(request);
    if (request == null || asking.isEmpty() || RequestFacts.isWrite(request)) {
      return;
    }
    if (enforced && details.size() > searchLimit) {
      throw Unavailable.tooMany(searchLimit);
    }
    hide(request, asking.get(), details);
  }

  private void hide(
      RequestDetails request, AccessSubject asking, IPreResourceAccessDetails details) {
    List<IBaseResource> found = new ArrayList<>();
    for (int i = 0; i < details.size(); i++) {
      IBaseResource resource = details.getResource(i);
      if (hides(request, asking, resource)) {
        details.setDontReturnResourceAtIndex(i);
      } else if (resource != null && !isHiddenAlready(details, i)) {
        found.add(resource);
      }
    }
    if (!(details instanceof HitsAhead)) {
      AccessEvent.of(request).ifPresent(event -> event.found(request, found));
    }
  }

  /** By the limits of the token: then the answer does not count it either. */
  private static boolean isHiddenAlready(IPreResourceAccessDetails details, int at) {
    return details instanceof JpaPreResourceAccessDetails hits
        && hits.isDontReturnResourceAtIndex(at);
  }

  /**
   * Before a resource leaves; pages of a stored search come here alone. Never during a write, as
   * above.
   */
  @Hook(Pointcut.STORAGE_PRESHOW_RESOURCES)
  @SuppressWarnings("NullAway") // null is how HAPI is told to leave a resource out
  public void show(@Nullable RequestDetails request, IPreResourceShowDetails details) {
    Optional<AccessSubject> asking = asking(request);
    if (request == null || asking.isEmpty() || RequestFacts.isWrite(request)) {
      return;
    }
    for (int i = 0; i < details.size(); i++) {
      if (hides(request, asking.get(), details.getResource(i))) {
        details.setResource(i, null);
      }
    }
  }

  /**
   * Counts what was decided instead of what the database holds: a count query would tell of hidden
   * hits (G4), and of those outside a token's scopes.
   */
  @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
  public void search(@Nullable RequestDetails request, SearchParameterMap parameters) {
    Optional<AccessSubject> asking = asking(request);
    if (request == null || !asking.map(one -> enforced || one.who().isPartial()).orElse(false)) {
      return;
    }
    if (isCounted(parameters)) {
      RequestMemory.of(request).ifPresent(memory -> memory.countAll(parameters));
    }
    parameters.setSearchTotalMode(SearchTotalModeEnum.NONE);
    parameters.setSummaryMode(null);
    if (Integer.valueOf(0).equals(parameters.getCount())) {
      parameters.setCount(null);
    }
  }

  private static boolean isCounted(SearchParameterMap parameters) {
    return parameters.getSearchTotalMode() == SearchTotalModeEnum.ACCURATE
        || parameters.getSummaryMode() == SummaryEnum.COUNT
        || Integer.valueOf(0).equals(parameters.getCount());
  }

  /** A stored result of somebody else's search lists what they may see. */
  @Hook(Pointcut.STORAGE_PRECHECK_FOR_CACHED_SEARCH)
  public boolean mayReuseResult(@Nullable RequestDetails request) {
    return asking(request).isEmpty();
  }

  private boolean hides(
      RequestDetails request, AccessSubject asking, @Nullable IBaseResource resource) {
    return resource != null && !verdicts.permits(request, asking, resource) && enforced;
  }

  /** Empty for HAPI's own jobs, and for what a trusted writer's write looks up on its way. */
  static Optional<AccessSubject> asking(@Nullable RequestDetails request) {
    if (request == null) {
      return Optional.empty();
    }
    Optional<AccessSubject> known = AccessSubject.of(request);
    return known.isEmpty() && request instanceof ServletRequestDetails
        ? Optional.of(AccessSubject.nobody())
        : known.filter(asking -> !RequestFacts.isWrite(request) || !isTrusted(request, asking));
  }

  private static boolean isTrusted(RequestDetails request, AccessSubject asking) {
    String type = Optional.ofNullable(request.getResourceName()).orElse("*");
    return asking.isTrustedToWrite(Permission.UPDATE, type)
        || asking.isTrustedToWrite(Permission.CREATE, type);
  }
}
