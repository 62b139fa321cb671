package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
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
    if (arguments != null && method.getName().equals("setMaxResultsToFetch")) {
      told = true;
      wanted = arguments[0] instanceof Integer most ? OptionalInt.of(most) : OptionalInt.empty();
    }
    if (arguments != null && method.getName().equals("setPreviouslyAddedResourcePids")) {
      earlier = List.copyOf((List<?>) arguments[0]);
    }
    return LoadedHits.invoke(builder, method, arguments);
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
