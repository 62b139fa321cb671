package org.fhiranchor.interceptors.provenance;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.entity.Search;
import ca.uhn.fhir.jpa.search.cache.ISearchCacheSvc;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IPagingProvider;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pages of a search for Provenance go on where the page before ended, on every node: HAPI keeps the
 * search with its query and its instant, and what the log knows is found again by these.
 */
public final class ProvenancePages implements IPagingProvider {
  private final IPagingProvider stored;
  private final Supplier<ISearchCacheSvc> searches;
  private final Supplier<LogProvenances> log;

  /** Those pages, with the log's before them. */
  public ProvenancePages(
      IPagingProvider stored, Supplier<ISearchCacheSvc> searches, Supplier<LogProvenances> log) {
    this.stored = stored;
    this.searches = searches;
    this.log = log;
  }

  @Override
  public int getDefaultPageSize() {
    return stored.getDefaultPageSize();
  }

  @Override
  public int getMaximumPageSize() {
    return stored.getMaximumPageSize();
  }

  @Override
  public boolean canStoreSearchResults() {
    return stored.canStoreSearchResults();
  }

  @Override
  public @Nullable IBundleProvider retrieveResultList(@Nullable RequestDetails request, String id) {
    IBundleProvider found = stored.retrieveResultList(request, id);
    if (found == null || request == null) {
      return found;
    }
    return search(id).<IBundleProvider>map(search -> joined(search, found, request)).orElse(found);
  }

  private Optional<Search> search(String id) {
    return searches
        .get()
        .fetchByUuid(id, RequestPartitionId.allPartitions())
        .filter(search -> "Provenance".equals(search.getResourceType()))
        .filter(search -> search.getSearchQueryString() != null);
  }

  private LogThenStore joined(Search search, IBundleProvider found, RequestDetails request) {
    return new LogThenStore(
        log.get()
            .found(
                ProvenanceCriteria.of(search.getSearchQueryString()),
                search.getCreated().toInstant(),
                request),
        found,
        false);
  }

  @Override
  public @Nullable IBundleProvider retrieveResultList(
      @Nullable RequestDetails request, String id, String page) {
    return stored.retrieveResultList(request, id, page);
  }

  @Override
  public String storeResultList(@Nullable RequestDetails request, IBundleProvider list) {
    return stored.storeResultList(request, list);
  }
}
