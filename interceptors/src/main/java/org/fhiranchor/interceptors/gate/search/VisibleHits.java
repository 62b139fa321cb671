package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.dao.SearchBuilderFactory;
import ca.uhn.fhir.jpa.search.ISynchronousSearchSvc;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SearchTotalModeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.gate.StorageGate;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Runs a search inside of a request: every hit passes the same hooks as those of a search that came
 * alone, so the gate, a token's own limits and whoever else decides have their say.
 */
public final class VisibleHits {
  private final FhirContext context;
  private final Supplier<ISynchronousSearchSvc> searches;
  private final Supplier<SearchBuilderFactory<?>> builders;
  private final int limit;
  private final int scanLimit;

  /**
   * Runs searches.
   *
   * @param limit most hits to decide about; {@link HitPrefilter} and {@link StorageGate} refuse one
   *     more
   * @param scanLimit most hits to look at; {@link HitPrefilter} refuses one more
   */
  public VisibleHits(
      FhirContext context,
      Supplier<ISynchronousSearchSvc> searches,
      Supplier<SearchBuilderFactory<?>> builders,
      int limit,
      int scanLimit) {
    this.context = context;
    this.searches = searches;
    this.builders = builders;
    this.limit = limit;
    this.scanLimit = scanLimit;
  }

  int limit() {
    return limit;
  }

  /**
   * Logical ids of the hits that may be seen, in an order of their own; whose they are is told of
   * the search that is led through them.
   */
  List<String> of(
      String type,
      SearchParameterMap search,
      RequestDetails request,
      RequestPartitionId partition) {
    search.setSearchTotalMode(SearchTotalModeEnum.NONE);
    search.setLoadSynchronousUpTo(limit + 1);
    ISearchBuilder<?> builder =
        builders
            .get()
            .newSearchBuilder(type, context.getResourceDefinition(type).getImplementingClass());
    // a lower limit on rows would let hidden hits, or several rows of one, push out a visible one
    builder.setDeduplicateInDatabase(true);
    builder.setMaxResultsToFetch(Math.max(limit, scanLimit) + 1);
    List<IBaseResource> visible =
        searches
            .get()
            .executeQuery(
                search, request, UUID.randomUUID().toString(), builder, limit + 1, partition)
            .getAllResources();
    AccessEvent.of(request).ifPresent(event -> event.ledThrough(request, visible));
    return visible.stream().map(hit -> hit.getIdElement().getIdPart()).distinct().sorted().toList();
  }
}
