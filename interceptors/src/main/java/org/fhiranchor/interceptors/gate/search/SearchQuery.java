package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.model.search.SearchRuntimeDetails;
import ca.uhn.fhir.jpa.search.builder.SearchBuilder;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Optional;

/**
 * One request's search, as HAPI is about to run it; may be run several times, one after the other.
 */
final class SearchQuery {
  private final ISearchBuilder<?> builder;
  private final SearchParameterMap parameters;
  private final SearchRuntimeDetails runtime;
  private final RequestDetails request;
  private final RequestPartitionId partition;

  /** What {@link ISearchBuilder#createQuery} was called with. */
  SearchQuery(ISearchBuilder<?> builder, Object[] arguments) {
    this.builder = builder;
    this.parameters = (SearchParameterMap) arguments[0];
    this.runtime = (SearchRuntimeDetails) arguments[1];
    this.request = (RequestDetails) arguments[2];
    this.partition = (RequestPartitionId) arguments[3];
  }

  SearchParameterMap parameters() {
    return parameters;
  }

  /**
   * The type that is searched: not always the request's, which may ask through a chain. Empty for
   * all types, and for a builder that does not tell.
   */
  Optional<String> type() {
    return builder instanceof SearchBuilder own
        ? Optional.ofNullable(own.getResourceName())
        : Optional.empty();
  }

  RequestDetails request() {
    return request;
  }

  /** Whether it looks everywhere, so that a patient's id is found wherever it is. */
  boolean isEverywhere() {
    return partition.isAllPartitions();
  }

  /** Its hits. */
  IResultIterator<?> run() {
    return builder.createQuery(parameters, runtime, request, partition);
  }

  /** Hits with other parameters, found anew: the builder forgets what it has given before. */
  IResultIterator<?> run(SearchParameterMap others) {
    builder.setPreviouslyAddedResourcePids(List.of());
    return builder.createQuery(others, runtime, request, partition);
  }
}
