package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the fuzzer draws: docs/verify/leak-fuzz.md. No server is asked. */
final class RequestGrammarTest {
  private static final List<FuzzRequest> DRAWN =
      LongStream.range(0, 5_000).mapToObj(number -> RequestGrammar.draw(1, number)).toList();

  @Test
  @DisplayName(
      "FUZZ-1 moves to other owners, deletions beside writes, odd numbers and charsets are drawn")
  void drawsWhatAttackersFoundByHand() {
    assertDrawn(
        "a move",
        request ->
            request.method().equals("PUT")
                && request.path().matches("Encounter/visible-.*")
                && request.body().contains("Patient/labelled-Patient"));
    assertDrawn(
        "a deletion beside a write in one transaction",
        request ->
            request.body().contains("\"type\":\"transaction\"")
                && request.body().contains("\"method\":\"DELETE\"")
                && request.body().contains("\"method\":\"P"));
    assertDrawn("an odd number in a search", request -> request.pathAndQuery().contains("1e400"));
    assertDrawn("an odd number in a body", request -> request.body().contains("1E+400"));
    assertDrawn(
        "a decimal in a JSON Patch",
        request -> request.method().equals("PATCH") && request.body().contains("\"value\":70.0"));
    assertDrawn(
        "a charset",
        request ->
            request.headers().getOrDefault("Content-Type", "").endsWith("json; charset=UTF-16"));
  }

  @Test
  @DisplayName("FUZZ-1 pages of searches, of records, of histories and of nobody are drawn")
  void drawsPages() {
    for (String path : List.of("Observation?", "AuditEvent?", "Provenance?", "$everything?")) {
      assertDrawn(
          "pages of " + path,
          request ->
              request.follow()
                  && request.pathAndQuery().contains(path)
                  && request.pathAndQuery().contains("_count="));
    }
    for (String part :
        List.of("_total=accurate", "_sort=-_id", "_getpages=", "_summary=count", "_history")) {
      assertDrawn(
          "pages with " + part,
          request -> request.follow() && request.pathAndQuery().contains(part));
    }
  }

  @Test
  @DisplayName("FUZZ-1 no body that names a server is sent as another charset than it has")
  void noAddressIsGarbled() {
    Pattern address = Pattern.compile("\\{(base|made-)");
    assertThat(DRAWN)
        .filteredOn(
            request -> request.headers().getOrDefault("Content-Type", "").contains("charset"))
        .isNotEmpty()
        .noneMatch(request -> address.matcher(request.body()).find());
  }

  private static void assertDrawn(String what, Predicate<FuzzRequest> kind) {
    assertThat(DRAWN.stream().anyMatch(kind)).as(what).isTrue();
  }
}
