package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses what is no date where a search wants one: as an entry of a batch HAPI calls it a failure
 * of its own (ANS-1).
 */
final class SearchDates {
  /** Of every type. */
  private static final List<String> COMMON = List.of("_lastUpdated", "_since", "_at");

  private static final String HAS = "_has:";

  private final FhirContext context;

  /** What is a date in each type that has a parameter of this name. */
  private final Set<String> everywhere;

  SearchDates(FhirContext context) {
    this.context = context;
    Set<String> dates = new HashSet<>(COMMON);
    Set<String> others = new HashSet<>();
    for (String type : context.getResourceTypes()) {
      for (RuntimeSearchParam one : context.getResourceDefinition(type).getSearchParams()) {
        (isDate(one) ? dates : others).add(one.getName());
      }
    }
    dates.removeAll(others);
    this.everywhere = Set.copyOf(dates);
  }

  private static boolean isDate(RuntimeSearchParam one) {
    return one.getParamType() == RestSearchParameterTypeEnum.DATE;
  }

  /** Of a search for this type. */
  void check(String type, Map<String, String[]> parameters) {
    parameters.forEach(
        (name, values) ->
            Arrays.stream(values)
                .filter(Objects::nonNull)
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .forEach(value -> check(type, name, value)));
  }

  private void check(String type, String name, String value) {
    String last = name.substring(Math.max(name.lastIndexOf('.'), endOfHas(name)) + 1);
    if (!last.equals(name)) {
      checkDate(everywhere.contains(last), value);
      return;
    }
    Optional<RuntimeResourceDefinition> definition =
        Optional.of(type)
            .filter(context.getResourceTypes()::contains)
            .map(context::getResourceDefinition);
    Optional<RuntimeSearchParam> known = definition.map(one -> one.getSearchParam(name));
    checkDate(known.map(SearchDates::isDate).orElse(everywhere.contains(name)), value);
    known.ifPresent(one -> checkParts(definition.get(), one, value));
  }

  private static int endOfHas(String name) {
    return name.contains(HAS) ? name.lastIndexOf(':') : -1;
  }

  /** A composite has its values in one, with {@code $} between them. */
  private void checkParts(
      RuntimeResourceDefinition definition, RuntimeSearchParam composite, String value) {
    List<RuntimeSearchParam.Component> parts = composite.getComponents();
    String[] values = value.split("\\$", -1);
    for (int i = 0; i < Math.min(parts.size(), values.length); i++) {
      String part = parts.get(i).getReference();
      boolean date =
          definition.getSearchParams().stream()
              .anyMatch(one -> isDate(one) && part.equals(one.getUri()));
      checkDate(date, values[i]);
    }
  }

  private void checkDate(boolean wanted, String value) {
    if (!wanted || value.isBlank()) {
      return;
    }
    try {
      new DateParam().setValueAsQueryToken(context, null, null, value);
    } catch (DataFormatException none) {
      throw new InvalidRequestException(
          "search: want dates such as 2026-01-31 or ge2026-01-31T08:00:00Z");
    }
  }
}
