package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a search for a number that HAPI would write out digit by digit: {@code 1E999999999} takes
 * all memory (SRV-20).
 */
final class SearchNumbers {
  /** A digit before the exponent: {@code ge2020} is a year. */
  private static final Pattern HUGE =
      Pattern.compile("[a-z]{0,2}[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)[eE][+-]?0*[1-9][0-9]{3,}");

  private static final Pattern PARTS = Pattern.compile("[,|$]");

  /** Of these a value is text, whatever it looks like. */
  private static final Set<RestSearchParameterTypeEnum> TEXTS =
      EnumSet.of(
          RestSearchParameterTypeEnum.TOKEN,
          RestSearchParameterTypeEnum.STRING,
          RestSearchParameterTypeEnum.URI,
          RestSearchParameterTypeEnum.REFERENCE);

  private final FhirContext context;

  SearchNumbers(FhirContext context) {
    this.context = context;
  }

  /** Of a search for this type. */
  void check(@Nullable String type, @Nullable Map<String, String[]> parameters) {
    if (parameters == null) {
      return;
    }
    parameters.forEach(
        (name, values) -> {
          boolean huge =
              Arrays.stream(values)
                  .filter(Objects::nonNull)
                  .flatMap(PARTS::splitAsStream)
                  .anyMatch(value -> HUGE.matcher(value).matches());
          if (huge && !isText(type, name)) {
            throw new InvalidRequestException(
                "search: want numbers with an exponent of at most three digits");
          }
        });
  }

  private boolean isText(@Nullable String type, String name) {
    // What a chain ends in is not known here.
    return Optional.ofNullable(name.contains(".") ? null : type)
        .filter(context.getResourceTypes()::contains)
        .map(context::getResourceDefinition)
        .map(definition -> definition.getSearchParam(name.split(":", 2)[0]))
        .map(RuntimeSearchParam::getParamType)
        .filter(TEXTS::contains)
        .isPresent();
  }
}
