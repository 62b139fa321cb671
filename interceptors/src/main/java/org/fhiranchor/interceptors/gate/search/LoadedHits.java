package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.gate.decision.RequestMemory;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

/**
 * HAPI loads the hits of a search to have them decided about, and a moment later, for the same
 * request, once more to show them. This shows the ones that were decided about. Whatever it does
 * not recognise is loaded as ever: only speed hangs on it.
 */
public final class LoadedHits {
  private static final String LOAD = "loadResourcesByPid";
  private static final ThreadLocal<@Nullable RequestMemory> DECIDING = new ThreadLocal<>();

  private LoadedHits() {}

  /** That search builder, with a memory for what it loaded. */
  public static ISearchBuilder<?> over(ISearchBuilder<?> builder) {
    return (ISearchBuilder<?>)
        Proxy.newProxyInstance(
            ISearchBuilder.class.getClassLoader(),
            new Class<?>[] {ISearchBuilder.class},
            (proxy, method, arguments) ->
                isLoad(method)
                    ? load(builder, method, arguments)
                    : invoke(builder, method, arguments));
  }

  /** Loads what is about to be decided about, unless that was done before in the same request. */
  public static void load(RequestDetails request, IPreResourceAccessDetails details) {
    Optional<RequestMemory> memory = RequestMemory.of(request);
    if (details.size() == 0 || memory.isEmpty()) {
      return;
    }
    RequestMemory outer = DECIDING.get();
    DECIDING.set(memory.get());
    try {
      details.getResource(0); // HAPI loads all with the first
    } finally {
      DECIDING.set(outer);
    }
  }

  /** {@code (pids, includedPids, resources, forHistory, request)}. */
  private static boolean isLoad(Method method) {
    return method.getName().equals(LOAD) && method.getParameterCount() == 5;
  }

  @SuppressWarnings("unchecked") // as ISearchBuilder declares it
  private static @Nullable Object load(ISearchBuilder<?> builder, Method method, Object[] arguments)
      throws Throwable {
    List<Object> pids = List.copyOf((Collection<Object>) arguments[0]);
    List<IBaseResource> loaded = (List<IBaseResource>) arguments[2];
    boolean plain = ((Collection<?>) arguments[1]).isEmpty() && Boolean.FALSE.equals(arguments[3]);
    Optional<Map<Object, IBaseResource>> known =
        Optional.ofNullable((RequestDetails) arguments[4])
            .flatMap(RequestMemory::of)
            .or(() -> Optional.ofNullable(DECIDING.get()))
            .map(RequestMemory::hits)
            .filter(hits -> plain && hits.keySet().containsAll(pids));
    if (known.isPresent()) {
      pids.forEach(pid -> loaded.add(known.get().get(pid)));
      return null;
    }
    Object nothing = invoke(builder, method, arguments);
    RequestMemory deciding = DECIDING.get();
    if (deciding != null && plain) {
      keep(pids, loaded, deciding.hits());
    }
    return nothing;
  }

  /** HAPI leaves a gap, or a list that is too short, for what is gone meanwhile. */
  private static void keep(
      List<Object> pids, List<IBaseResource> loaded, Map<Object, IBaseResource> hits) {
    for (int i = 0; i < Math.min(pids.size(), loaded.size()); i++) {
      IBaseResource resource = loaded.get(i);
      if (resource != null) {
        hits.put(pids.get(i), resource);
      }
    }
  }

  static @Nullable Object invoke(
      ISearchBuilder<?> builder, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(builder, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }
}
