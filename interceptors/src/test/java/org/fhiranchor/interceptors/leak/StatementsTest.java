package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.leak.Expectation.Kind;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The statements about somebody with a consent can fail. */
final class StatementsTest {
  private static final String OUTCOME =
      "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"forbidden\",\"diagnostics\":\"no\"}]}";
  private static final String REFUSED_ENTRY =
      "{\"response\":{\"status\":\"403 Forbidden\",\"outcome\":" + OUTCOME + "}}";
  private static final String ONE = "{\"fullUrl\":\"1\"}";
  private static final String TWO = "{\"fullUrl\":\"2\"}";

  private final Refusal refusal = new Refusal(403, "no");

  @Test
  @DisplayName("GATE-4 a refusal has its status and its words, and holds nothing else")
  void refusalHoldsNothingElse() {
    assertThat(isRefused(403, OUTCOME)).isTrue();
    assertThat(isRefused(403, "")).isTrue();
    assertThat(isRefused(404, OUTCOME)).isFalse();
    assertThat(isRefused(403, OUTCOME.replace("\"no\"", "\"no, canary\""))).isFalse();
    assertThat(isRefused(403, OUTCOME.replace("\"issue\"", "\"id\":\"1\",\"issue\""))).isFalse();
    assertThat(isRefused(403, OUTCOME.replace("[{", "[{},{"))).isFalse();
    assertThat(isRefused(403, "<html>no</html>")).isFalse();
  }

  @Test
  @DisplayName("GATE-4 a batch is refused when each of its entries is")
  void batchIsRefusedWhole() {
    assertThat(isRefused(200, batch(REFUSED_ENTRY, REFUSED_ENTRY))).isTrue();
    assertThat(isRefused(200, batch())).isFalse();
    assertThat(isRefused(200, batch(REFUSED_ENTRY, "{\"response\":{\"status\":\"200 OK\"}}")))
        .isFalse();
    assertThat(
            isRefused(
                200, batch(REFUSED_ENTRY.replace("{\"response", "{\"resource\":{},\"response"))))
        .isFalse();
  }

  @Test
  @DisplayName("GATE-4 two answers are as alike as can be said of them")
  void likenessIsTheClosest() {
    assertThat(likeness(bundle(200, ONE, TWO), bundle(200, ONE, TWO))).isEqualTo(Kind.SAME);
    assertThat(likeness(bundle(200, TWO, ONE), bundle(200, ONE, TWO)))
        .isEqualTo(Kind.SAME_BUT_ORDER);
    assertThat(likeness(bundle(200, ONE), bundle(200, ONE).replace(",\"total\":2", "")))
        .isEqualTo(Kind.SAME_BUT_TOTAL);
    assertThat(likeness(bundle(200, ONE), bundle(200, TWO))).isEqualTo(Kind.DIFFERS);
    assertThat(likeness(bundle(400, ONE), bundle(200, ONE))).isEqualTo(Kind.OTHER_STATUS);
  }

  @Test
  @DisplayName("GATE-4 entries may change places over pages, and none may be missing")
  void orderIsThatOfAllPages() {
    String first = bundle(200, ONE) + Likeness.BETWEEN_ANSWERS + bundle(200, TWO);
    String second = bundle(200, TWO) + Likeness.BETWEEN_ANSWERS + bundle(200, ONE);
    String twice = bundle(200, TWO) + Likeness.BETWEEN_ANSWERS + bundle(200, TWO);
    assertThat(likeness(first, second)).isEqualTo(Kind.SAME_BUT_ORDER);
    assertThat(likeness(first, twice)).isEqualTo(Kind.DIFFERS);
  }

  @Test
  @DisplayName("GATE-4 a statement that is looser than the truth is wrong")
  void looserThanTheTruthIsWrong() {
    assertThat(truths(Kind.SAME)).containsExactly(Kind.SAME);
    assertThat(truths(Kind.SAME_BUT_ORDER)).containsExactly(Kind.SAME, Kind.SAME_BUT_ORDER);
    assertThat(truths(Kind.REFUSED)).containsExactly(Kind.REFUSED);
    assertThat(truths(Kind.DIFFERS)).containsExactly(Kind.DIFFERS);
    assertThat(truths(Kind.MAY_DIFFER)).doesNotContain(Kind.REFUSED);
  }

  private boolean isRefused(int status, String body) {
    return refusal.is(new Answer(status, Map.of(), body));
  }

  private static String batch(String... entries) {
    return "{\"resourceType\":\"Bundle\",\"type\":\"batch-response\",\"entry\":["
        + String.join(",", entries)
        + "]}";
  }

  private static String bundle(int status, String... entries) {
    return "status "
        + status
        + "\n\n{\"type\":\"searchset\",\"total\":2,\"entry\":["
        + String.join(",", entries)
        + "]}";
  }

  private static Kind likeness(String got, String expected) {
    return Likeness.of(got, expected);
  }

  private static List<Kind> truths(Kind stated) {
    return Stream.of(Kind.values()).filter(stated::holdsFor).toList();
  }
}
