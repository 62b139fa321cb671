package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV that runs nothing, whatever stands in it. */
final class CsvTextTest {
  private static final String SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20";

  @ParameterizedTest
  @DisplayName("EXP-1 no cell begins with a formula, wherever a spreadsheet thinks that it begins")
  @ValueSource(
      strings = {
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\uff1d1",
        "\t=1",
        "\n=1",
        "code=x;=HYPERLINK(\"http://evil\")",
        "a;  +1",
        "a;b;-1;@c",
        "a\n=1",
        "a\r\n=1",
        "a\t=1",
        ";=1",
        ";;=1",
        "a;\"=1+1;b",
        "a; \"\" =1",
        "a\n'\"@x"
      })
  void noFormula(String text) {
    for (String written : List.of(CsvText.cell(text), CsvText.quotedLine(List.of(text)))) {
      for (String part : written.replaceAll("^\"", "").split("[;\t\r\n]", -1)) {
        // A reader takes quotes away from around a cell.
        assertThat(part.replaceAll("^[ \"]+", "").strip())
            .satisfiesAnyOf(
                clean -> assertThat(clean).isEmpty(),
                clean -> assertThat(SIGNS).doesNotContain(clean.substring(0, 1)));
      }
    }
  }

  @Test
  @DisplayName("EXP-1 other text stays as it is")
  void otherText() {
    assertThat(CsvText.line(List.of("a;b", "x=1", "a-b; c", "1,5", "say \"x\"")))
        .isEqualTo("a;b,x=1,a-b; c,\"1,5\",\"say \"\"x\"\"\"");
  }
}
