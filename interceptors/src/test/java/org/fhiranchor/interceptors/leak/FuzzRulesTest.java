package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FuzzRulesTest {
  @ParameterizedTest
  @DisplayName("FUZZ-1 an id that a server chose is taken out where it stands, and nothing else is")
  @CsvSource({
    "<id value=\"1203\"/>, <id value=\"NUMBER\"/>",
    "\"reference\":\"Binary/1203\", \"reference\":\"Binary/NUMBER\"",
    "\"reference\":\"Binary?_id=1203\", \"reference\":\"Binary?_id=NUMBER\"",
    "Observation?_count=3, Observation?_count=3",
    "\"total\":3, \"total\":3",
    "Patient?_id=hidden-1, Patient?_id=hidden-1"
  })
  void withoutNumbers(String text, String becomes) {
    String result = text;
    for (NormalRule rule : FuzzRules.with(List.of())) {
      if (rule instanceof NormalRule.Text pattern) {
        result = pattern.pattern().matcher(result).replaceAll(pattern.becomes());
      }
    }
    assertThat(result).isEqualTo(becomes);
  }
}
