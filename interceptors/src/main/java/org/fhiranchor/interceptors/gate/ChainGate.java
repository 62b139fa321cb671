package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import com.google.common.base.Strings;
import java.util.Optional;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.RequestMemory;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.gate.search.ChainRules;
import org.fhiranchor.interceptors.gate.search.ChainSearch;
import org.fhiranchor.interceptors.gate.search.VisibleHits;
import org.jspecify.annotations.Nullable;

/**
 * Answers chains and {@code _has} as if hidden resources did not exist (G6): before HAPI searches,
 * each is replaced by the ids of what it leads through, as far as it may be seen. Belongs in both
 * registries; the second time nothing is left to replace.
 */
@Interceptor(order = StorageGate.ORDER)
public final class ChainGate {
  private final FhirContext context;
  private final ChainRules rules;
  private final VisibleHits hits;
  private final Unavailable unavailable;
  private final boolean enforced;

  ChainGate(
      FhirContext context,
      ChainRules rules,
      VisibleHits hits,
      Unavailable unavailable,
      boolean enforced) {
    this.context = context;
    this.rules = rules;
    this.hits = hits;
    this.unavailable = unavailable;
    this.enforced = enforced;
  }

  /** Before HAPI makes a query of these parameters, for a search or for the target of a write. */
  @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
  public void search(
      @Nullable RequestDetails request,
      ICachedSearchDetails search,
      SearchParameterMap parameters,
      RequestPartitionId partition) {
    Optional<AccessSubject> asking =
        StorageGate.asking(request).filter(subject -> enforced || subject.who().isNarrowed());
    if (request == null || asking.isEmpty() || isDone(request, parameters)) {
      return;
    }
    new ChainSearch(
            context,
            rules,
            hits,
            unavailable,
            new ChainSearch.For(request, asking.get(), partition))
        .resolve(Strings.nullToEmpty(search.getResourceType()), parameters);
  }

  private static boolean isDone(RequestDetails request, SearchParameterMap parameters) {
    return RequestMemory.of(request).filter(memory -> !memory.begins(parameters)).isPresent();
  }
}
