package org.fhiranchor.interceptors.bounds;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ANS-4: how deep a body may be, in either form. */
final class NestingTest {
  private static String deep(String open, String close, int levels) {
    return open.repeat(levels) + close.repeat(levels);
  }

  private static void check(String body, Charset charset) {
    Nesting.check(body.getBytes(charset));
  }

  @ParameterizedTest
  @CsvSource({"<a>,</a>", "[,]", "{\"a\":,}"})
  void takes256LevelsAndNotOneMore(String open, String close) {
    for (Charset charset : new Charset[] {StandardCharsets.UTF_8, StandardCharsets.UTF_16BE}) {
      assertThatCode(() -> check(deep(open, close, 256), charset)).doesNotThrowAnyException();
      assertThatThrownBy(() -> check(deep(open, close, 257), charset))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("at most 256 deep");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a x='>'/>",
        "<a x=\"/>\"></a>",
        "<!-- <a> -->",
        "<![CDATA[<a>]]>",
        "<?a <a> ?>",
        "<b/>"
      })
  void countsNoElementThatIsNoneOrHasEnded(String piece) {
    assertThatCode(() -> check("<r>" + piece.repeat(300) + "</r>", StandardCharsets.UTF_8))
        .doesNotThrowAnyException();
  }

  @Test
  void countsNoBracketInsideOfAString() {
    check("{\"a\":\"" + "[\\\"".repeat(300) + "\"}", StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<", "<a", "<!--", "<a x='", "\"", "\"\\", "{", "</", "<?"})
  void comesToAnEndWhereABodyBreaksOff(String body) {
    assertThatCode(() -> check(body, StandardCharsets.UTF_8)).doesNotThrowAnyException();
  }
}
