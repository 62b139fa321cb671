package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.model.search.SearchBuilderLoadIncludesParameters;
import ca.uhn.fhir.model.api.Include;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import jakarta.persistence.EntityManager;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.fhiranchor.interceptors.gate.decision.RequestMemory;
import org.jspecify.annotations.Nullable;

/** HAPI's search builder, whose queries of requests that somebody sent are run by the gate. */
final class SievingBuilder implements InvocationHandler {
  private final ISearchBuilder<?> builder;
  private final Function<SearchQuery, IResultIterator<?>> run;
  private OptionalInt wanted = OptionalInt.empty();
  private boolean told;
  private List<?> earlier = List.of();

  SievingBuilder(ISearchBuilder<?> builder, Function<SearchQuery, IResultIterator<?>> run) {
    this.builder = builder;
    this.run = run;
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    if (arguments != null && isQuery(method) && isSent((RequestDetails) arguments[2])) {
      return run.apply(
          new SearchQuery(builder, arguments, new SearchQuery.Pass(told, wanted, earlier)));
    }
    if (arguments != null && method.getName().equals("loadIncludes")) {
      return new IncludesInRounds(pids(), asked(arguments)).load();
    }
    if (arguments != null && method.getName().equals("setMaxResultsToFetch")) {
      told = true;
      wanted = arguments[0] instanceof Integer most ? OptionalInt.of(most) : OptionalInt.empty();
    }
    if (arguments != null && method.getName().equals("setPreviouslyAddedResourcePids")) {
      earlier = List.copyOf((List<?>) arguments[0]);
    }
    return LoadedHits.invoke(builder, method, arguments);
  }

  @SuppressWarnings("unchecked") // HAPI's storage in SQL has no other
  private ISearchBuilder<JpaPid> pids() {
    return (ISearchBuilder<JpaPid>) builder;
  }

  /**
   * {@code (parameters)}, or {@code (context, entities, matches, includes, reverse, lastUpdated,
   * search, request, most)}.
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // as ISearchBuilder declares them
  private static SearchBuilderLoadIncludesParameters<JpaPid> asked(@Nullable Object[] arguments) {
    if (arguments.length == 1) {
      return (SearchBuilderLoadIncludesParameters<JpaPid>) arguments[0];
    }
    SearchBuilderLoadIncludesParameters<JpaPid> asked = new SearchBuilderLoadIncludesParameters<>();
    asked.setFhirContext((FhirContext) arguments[0]);
    asked.setEntityManager((EntityManager) arguments[1]);
    asked.setMatches((Collection<JpaPid>) arguments[2]);
    asked.setIncludeFilters((Collection<Include>) arguments[3]);
    asked.setReverseMode((Boolean) arguments[4]);
    asked.setLastUpdated((DateRangeParam) arguments[5]);
    asked.setSearchIdOrDescription((String) arguments[6]);
    asked.setRequestDetails((RequestDetails) arguments[7]);
    asked.setMaxCount((Integer) arguments[8]);
    return asked;
  }

  /** {@code (parameters, runtime, request, partition)}. */
  private static boolean isQuery(Method method) {
    return method.getName().equals("createQuery") && method.getParameterCount() == 4;
  }

  /** Others are not asked about, and may come before the gate is there: HAPI searches at start. */
  private static boolean isSent(@Nullable RequestDetails request) {
    return request != null && RequestMemory.of(request).isPresent();
  }
}
