package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Refuses a place to search near of which HAPI would say that it failed itself (SRV-7). */
final class SearchPlaces {
  private static final Pattern NAME = Pattern.compile("(?:.*[.:])?near(?::.*)?");
  private static final String NUMBER = "[+-]?[0-9]{1,20}(?:\\.[0-9]{1,20})?";
  private static final Pattern PLACE =
      Pattern.compile(
          "%1$s\\|%1$s(?:\\|{0,2}|\\|%1$s(?:\\|(?:km|m|\\[mi_i\\]|\\[mi_us\\]|\\[ft_i\\])?)?)"
              .formatted(NUMBER));

  private SearchPlaces() {}

  /** Of a search, chains among its parameters. */
  static void check(Map<String, String[]> query) {
    boolean wrong =
        query.entrySet().stream()
            .filter(one -> NAME.matcher(one.getKey()).matches())
            .flatMap(one -> Arrays.stream(one.getValue()))
            .filter(Objects::nonNull)
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .anyMatch(value -> !value.isBlank() && !PLACE.matcher(value).matches());
    if (wrong) {
      throw new InvalidRequestException(
          "near: want latitude|longitude|distance|unit, the last two may be left out, the unit"
              + " one of km, m, [mi_i], [mi_us], [ft_i]");
    }
  }
}
