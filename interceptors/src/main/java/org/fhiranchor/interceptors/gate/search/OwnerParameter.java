package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.context.RuntimeSearchParam.RuntimeSearchParamStatusEnum;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A search parameter that means any reference to a patient, whichever element holds it: what HAPI
 * has no OR over several parameters for. It exists for the thread that builds a narrowed query
 * alone, is never indexed, and no request can name it.
 */
public final class OwnerParameter {
  static final String NAME = "anchor-owner";

  private static final ThreadLocal<@Nullable RuntimeSearchParam> ASKED = new ThreadLocal<>();

  private OwnerParameter() {}

  /** That registry, which knows the parameter while it is asked with. */
  public static Object over(ISearchParamRegistry registry) {
    return Proxy.newProxyInstance(
        ISearchParamRegistry.class.getClassLoader(),
        registry.getClass().getInterfaces(),
        (proxy, method, arguments) -> {
          RuntimeSearchParam asked = ASKED.get();
          if (asked != null
              && method.getName().equals("getActiveSearchParam")
              && NAME.equals(arguments[1])
              && asked.getBase().contains(arguments[0])) {
            return asked;
          }
          try {
            return method.invoke(registry, arguments);
          } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
          }
        });
  }

  /** All elements of the type whose references HAPI indexes, as it stores them. */
  static List<String> paths(ISearchParamRegistry registry, String type) {
    return registry
        .getActiveSearchParams(type, SearchParamLookupContextEnum.SEARCH)
        .values()
        .stream()
        .filter(parameter -> parameter.getParamType() == RestSearchParameterTypeEnum.REFERENCE)
        .flatMap(parameter -> parameter.getPathsSplitForResourceType(type).stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** Whether that registry was wrapped: in another one the parameter is unknown. */
  static boolean isKnown(ISearchParamRegistry registry, String type, List<String> paths) {
    return during(
        type,
        paths,
        () ->
            registry.getActiveSearchParam(type, NAME, SearchParamLookupContextEnum.SEARCH) != null);
  }

  /** Runs a query that asks with the parameter. */
  static <T> T during(String type, List<String> paths, Supplier<T> query) {
    RuntimeSearchParam outer = ASKED.get();
    ASKED.set(
        new RuntimeSearchParam(
            null,
            null,
            NAME,
            "any reference to a patient",
            String.join(" | ", paths),
            RestSearchParameterTypeEnum.REFERENCE,
            Set.of(),
            Set.of("Patient"),
            RuntimeSearchParamStatusEnum.ACTIVE,
            List.of(type)));
    try {
      return query.get();
    } finally {
      ASKED.set(outer);
    }
  }
}
