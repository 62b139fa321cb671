package org.fhiranchor.interceptors.bounds;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchNumbersTest {
  private final SearchNumbers numbers = new SearchNumbers(FhirContext.forR4Cached());

  private void search(String type, String name, String value) {
    numbers.check(type, Map.of(name, new String[] {value}));
  }

  /** Each prefix of search, before years, months and numbers. */
  static Stream<String> ordinary() {
    return Stream.of("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
        .flatMap(
            prefix ->
                Stream.concat(
                        IntStream.of(0, 7, 1970, 2020, 20201, 99999).mapToObj(Integer::toString),
                        Stream.of(
                            "2020-01",
                            "2020-01-31T10:00:00Z",
                            "1.50",
                            "-3",
                            "1e3",
                            "2000||kg",
                            "1E-12|http://unitsofmeasure.org|kg",
                            "2020,le2021"))
                    .map(value -> prefix + value));
  }

  @ParameterizedTest
  @DisplayName("SRV-20 years and numbers behind every prefix are no huge numbers")
  @MethodSource("ordinary")
  void ordinary(String value) {
    assertThatCode(
            () -> {
              search("Observation", "date", value);
              search("Observation", "value-quantity", value);
              search("Patient", "birthdate", value);
              search("RiskAssessment", "probability", value);
              search("Observation", "encounter.date", value);
              search("Observation", "_lastUpdated", value);
            })
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @DisplayName("SRV-20 an exponent of more than three digits is refused behind every prefix")
  @ValueSource(
      strings = {"1E9999", "ge1E9999", "le.5e99999", "-1.e-1000", "ne2020e2020", "5,1E9999||kg"})
  void huge(String value) {
    assertThatThrownBy(() -> search("Observation", "value-quantity", value))
        .isInstanceOf(InvalidRequestException.class);
  }
}
