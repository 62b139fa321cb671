package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.interceptor.api.HookParams;
import ca.uhn.fhir.interceptor.api.IInterceptorBroadcaster;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.util.CompositeInterceptorBroadcaster;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.gate.decision.GateSettings;
import org.fhiranchor.interceptors.gate.decision.RequestMemory;

/**
 * Decides about the hits of a search one after the other, as far as HAPI wants them for the page
 * that is asked for. The hooks are those that HAPI calls afterwards for the whole pass, which are
 * then asked about what may be shown alone, and know it already.
 */
public final class VisibleFirst {
  private final Supplier<? extends IInterceptorBroadcaster> hooks;
  private final int limit;

  /** Decides through these hooks, and the request's own. */
  public VisibleFirst(Supplier<? extends IInterceptorBroadcaster> hooks, GateSettings settings) {
    this.hooks = hooks;
    this.limit = settings.enforced() ? settings.searchLimit() : Integer.MAX_VALUE;
  }

  @SuppressWarnings("unchecked") // HAPI's JPA server has no other keys
  IResultIterator<?> among(IResultIterator<?> hits, SearchQuery query) {
    boolean all =
        RequestMemory.of(query.request())
            .filter(memory -> memory.countsAll(query.parameters()))
            .isPresent();
    // what else a record leads to is looked up from all of its hits, in one pass (G7)
    all |= query.parameters().getEverythingMode() != null;
    return new DecidedHits<>(
        (IResultIterator<JpaPid>) hits,
        some -> visible(some, query),
        new DecidedHits.Terms(query.wanted(), query.earlier(), all, limit));
  }

  private List<JpaPid> visible(List<JpaPid> some, SearchQuery query) {
    RequestDetails request = query.request();
    HitsAhead details = new HitsAhead(some, LoadedHits.over(query.builder()));
    CompositeInterceptorBroadcaster.newCompositeBroadcaster(hooks.get(), request)
        .callHooks(
            Pointcut.STORAGE_PREACCESS_RESOURCES,
            new HookParams()
                .add(IPreResourceAccessDetails.class, details)
                .add(RequestDetails.class, request)
                .addIfMatchesType(ServletRequestDetails.class, request));
    List<JpaPid> visible = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      if (!details.isDontReturnResourceAtIndex(i)) {
        visible.add(some.get(i));
      }
    }
    return visible;
  }
}
