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
import java.util.OptionalInt;

/**
 * One request's search, as HAPI is about to run it; may be run several times, one after the other.
 */
final class SearchQuery {
  private final ISearchBuilder<?> builder;
  private final SearchParameterMap parameters;
  private final SearchRuntimeDetails runtime;
  private final RequestDetails request;
  private final RequestPartitionId partition;
  private final Pass pass;

  /**
   * What HAPI told the builder of this pass of a search.
   *
   * @param told whether it said how many hits it wants: who keeps them for pages does, and who
   *     looks up what a conditional write is about does not
   * @param wanted most hits, earlier ones counted; empty for all
   * @param earlier hits of earlier passes
   */
  record Pass(boolean told, OptionalInt wanted, List<?> earlier) {}

  /** What {@link ISearchBuilder#createQuery} was called with. */
  SearchQuery(ISearchBuilder<?> builder, Object[] arguments, Pass pass) {
    this.builder = builder;
    this.pass = pass;
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

  ISearchBuilder<?> builder() {
    return builder;
  }

  /** Whether HAPI keeps its hits, and may go on later for further pages. */
  boolean isPaged() {
    return pass.told() && !runtime.getLoadSynchronous();
  }

  /** How many further hits HAPI wants; empty for all. */
  OptionalInt wanted() {
    return pass.wanted().isPresent()
        ? OptionalInt.of(pass.wanted().getAsInt() - earlier())
        : OptionalInt.empty();
  }

  /** How many hits HAPI has from earlier passes. */
  int earlier() {
    return pass.earlier().size();
  }

  /** Its hits. */
  IResultIterator<?> run() {
    return hits(parameters);
  }

  /** Hits with other parameters, found anew: the builder forgets what it has given before. */
  @SuppressWarnings({"unchecked", "rawtypes"}) // the keys are the builder's own
  IResultIterator<?> run(SearchParameterMap others) {
    ((ISearchBuilder) builder).setPreviouslyAddedResourcePids(pass.earlier());
    return hits(others);
  }

  /** A limit on rows would let hidden hits push out visible ones. */
  private IResultIterator<?> hits(SearchParameterMap asked) {
    if (isPaged()) {
      builder.setMaxResultsToFetch(null);
      builder.setDeduplicateInDatabase(true);
    }
    return builder.createQuery(asked, runtime, request, partition);
  }
}
