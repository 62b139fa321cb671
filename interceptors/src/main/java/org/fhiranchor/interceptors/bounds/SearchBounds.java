package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.util.UrlUtil;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongBiFunction;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a search that would cost too much, wherever it stands (SRV-20): values are looked for one
 * by one, and of each parameter, each step of a chain and each key to sort by HAPI makes a join;
 * what planning them costs grows faster than their number. What a search brings along is a search
 * of its own, and counts as well; what only says how the answer looks costs nothing.
 */
public final class SearchBounds {
  private static final String SORT = "_sort";

  private static final Set<String> LOOKS =
      Set.of(
          Constants.PARAM_COUNT,
          Constants.PARAM_ELEMENTS,
          Constants.PARAM_FORMAT,
          Constants.PARAM_PRETTY,
          Constants.PARAM_SUMMARY,
          Constants.PARAM_SEARCH_TOTAL_MODE);

  /** Filters of an export: each value is searches, with commas between them. */
  private static final List<String> FILTERS = List.of("_typeFilter", "_typePostFetchFilterUrl");

  /** Each patient of an export is looked up before it starts. */
  private static final String PATIENT = "patient";

  private static final String VALUES = "values in all parameters together";
  private static final String PARAMETERS =
      "parameters, each as often as it stands there, with each step of a chain and each key to sort"
          + " by";

  /** Between two of them; HAPI takes the second for it, and so leaves some of them together. */
  private static final List<String> NEXT_FILTER =
      List.of(",(?=[A-Z][A-Za-z]+\\?)", ",(?=[A-Z][a-z]+\\?)");

  private final int values;
  private final int parameters;
  private final SearchNumbers numbers = new SearchNumbers(FhirContext.forR4Cached());

  /**
   * Bounds as the settings say.
   *
   * @param values of all parameters of one search together
   * @param parameters of one search, each as often as it stands there
   */
  public SearchBounds(int values, int parameters) {
    this.values = values;
    this.parameters = parameters;
  }

  /** Of a search or an operation as a URL says it, such as {@code "Observation?code=5"}. */
  void check(@Nullable String url) {
    int question = url == null ? -1 : url.indexOf('?');
    if (url != null && question >= 0) {
      String path = url.substring(0, question);
      String last = path.substring(path.lastIndexOf('/') + 1);
      check(last, isOperation(last), UrlUtil.parseQueryString(url.substring(question + 1)));
    }
  }

  private static boolean isOperation(String name) {
    return name.startsWith("$");
  }

  /** Of what a request asks for. */
  void check(RequestDetails request) {
    // HAPI calls _search one, too
    boolean operation = request.getOperation() != null && isOperation(request.getOperation());
    check(request.getResourceName(), operation, request.getParameters());
  }

  private void check(
      @Nullable String type, boolean operation, @Nullable Map<String, String[]> query) {
    if (query == null) {
      return;
    }
    atMost(values, sum(query, (name, value) -> 1 + count(value, ',')), VALUES);
    numbers.check(type, query);
    SearchPlaces.check(query);
    if (operation) {
      FILTERS.forEach(
          name ->
              Stream.of(query.getOrDefault(name, new String[0]))
                  .filter(Objects::nonNull)
                  .forEach(this::checkFilter));
    } else {
      atMost(parameters, sum(query, SearchBounds::joins), PARAMETERS);
    }
  }

  /** Of an operation whose parameters came in its body. */
  void check(Parameters body) {
    atMost(values, body.getParameter().stream().mapToLong(SearchBounds::values).sum(), VALUES);
    body.getParameter().stream()
        .filter(parameter -> FILTERS.contains(parameter.getName()))
        .map(ParametersParameterComponent::getValue)
        .filter(value -> value != null && value.hasPrimitiveValue())
        .forEach(value -> checkFilter(value.primitiveValue()));
  }

  private static long values(ParametersParameterComponent parameter) {
    if (!PATIENT.equals(parameter.getName())) {
      return 0;
    }
    String text =
        parameter.getValue() instanceof Reference reference
            ? reference.getReference()
            : parameter.getValue() instanceof PrimitiveType<?> value
                ? value.getValueAsString()
                : null;
    return 1 + (text == null ? 0 : count(text, ','));
  }

  private void checkFilter(String searches) {
    NEXT_FILTER.forEach(next -> Stream.of(searches.split(next, -1)).forEach(this::check));
  }

  /** Of a search as HAPI is about to run it, whoever made it. */
  void check(SearchParameterMap search) {
    long found =
        search.values().stream().mapToLong(Collection::size).sum()
            + Stream.iterate(search.getSort(), Objects::nonNull, SortSpec::getChain).count();
    atMost(parameters, found, PARAMETERS);
  }

  private static long joins(String name, String value) {
    if (LOOKS.contains(name.split(":", 2)[0])) {
      return 0;
    }
    long steps = count(name, '.') + name.split("_has:", -1).length - 1;
    return 1 + steps + (name.equals(SORT) ? count(value, ',') : 0);
  }

  private static long sum(Map<String, String[]> query, ToLongBiFunction<String, String> each) {
    return query.entrySet().stream()
        .mapToLong(
            one ->
                Arrays.stream(one.getValue())
                    // a name without a value
                    .filter(Objects::nonNull)
                    .mapToLong(value -> each.applyAsLong(one.getKey(), value))
                    .sum())
        .sum();
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(letter -> letter == wanted).count();
  }

  private static void atMost(int most, long got, String what) {
    if (got > most) {
      throw new InvalidRequestException(
          "search: want at most %d %s, got %d".formatted(most, what, got));
    }
  }
}
