package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A history in which some versions are hidden, beside one that never had them: whoever may see the
 * others gets the same pages of both.
 */
final class HistoryPagesTest {
  private static final List<String> QUERIES =
      List.of(
          "",
          "?_count=0",
          "?_count=1",
          "?_count=2",
          "?_count=3",
          "?_count=1&_offset=1",
          "?_count=2&_offset=1",
          "?_count=2&_offset=2",
          "?_offset=3",
          "?_count=1&_offset=50",
          "?_summary=count",
          "?_count=2&_total=accurate",
          "?_count=2&_since=2001-01-01T00:00:00Z",
          "?_count=1&_at=gt2001-01-01",
          "?_count=1&_at=2001-01-01");

  private final GatedServer server = GatedServer.shared();

  @BeforeEach
  void aPatientWhoConsentedAndOneWhoDidNot() {
    if (server.get(reader(), "Patient/paged-yes").statusCode() != 200) {
      server.patient("paged-yes");
      server.patient("paged-no");
      server.consent("c-paged", "paged-yes", "pager", "TREAT");
    }
  }

  private String reader() {
    return server.tokens().of("Practitioner/pager", "", "user/*.rs", "TREAT");
  }

  /** One version for each letter: of a record that may be seen (y), or may not (n). */
  private String write(String id, String versions) {
    for (int version = 0; version < versions.length(); version++) {
      boolean visible = versions.charAt(version) == 'y';
      int seen = (int) versions.substring(0, version).chars().filter(one -> one == 'y').count();
      server.load(
          "Observation/" + id,
          GatedServer.observationOf(
              id,
              "\"subject\":{\"reference\":\"Patient/paged-%s\"},\"valueString\":\"%s\""
                  .formatted(visible ? "yes" : "no", visible ? "v" + seen : "hidden" + version)));
    }
    return id;
  }

  private static Bundle bundle(HttpResponse<String> response) {
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, response.body());
  }

  /** What tells one answer from another, but for ids, version numbers and dates. */
  private String answer(String id, String query) {
    HttpResponse<String> response = server.get(reader(), "Observation/" + id + "/_history" + query);
    if (response.statusCode() != 200) {
      return response.statusCode() + " " + response.body().replace(id, "ID");
    }
    Bundle bundle = bundle(response);
    String values =
        bundle.getEntry().stream()
            .map(entry -> ((Observation) entry.getResource()).getValueStringType().getValue())
            .collect(Collectors.joining(","));
    String links =
        bundle.getLink().stream()
            .map(link -> link.getRelation() + "=" + link.getUrl().replaceAll("&_page.*|.*\\?", ""))
            .map(link -> link.replace(id, "ID").replaceAll("http.*_history", "_history"))
            .sorted()
            .collect(Collectors.joining(" "));
    return "200 " + values + " total " + bundle.getTotalElement().getValue() + " " + links;
  }

  @ParameterizedTest
  @DisplayName("G2 pages of a history are alike whether or not hidden versions stand between")
  @CsvSource({
    "yyyy,nnyyyy",
    "yyyy,yynnyy",
    "yyyy,nynynyny",
    "y,nnny",
    "yy,ynnnnnnnny",
  })
  void pagesAreAlike(String without, String with) {
    String plain = write("ob-" + without + "-of-" + with, without);
    String moved = write("ob-" + with, with);
    for (String query : QUERIES) {
      assertThat(answer(moved, query)).as(query).isEqualTo(answer(plain, query));
    }
    assertThat(answer(moved, "")).doesNotContain("hidden");
    assertThat(answer(moved, "?_count=1")).contains(" total " + without.length() + " ");
  }

  @ParameterizedTest
  @DisplayName("G2 so are those of a record whose newest version is hidden")
  @CsvSource({"yyn,yynnn", "yyn,ynynnn", "n,nnn"})
  void hiddenAtTheEnd(String few, String many) {
    String one = write("end-" + few + "-of-" + many, few);
    String other = write("end-" + many, many);
    for (String query : QUERIES) {
      assertThat(answer(other, query)).as(query).isEqualTo(answer(one, query));
    }
  }

  @ParameterizedTest
  @DisplayName("following next reads every visible version once")
  @CsvSource({"1", "2", "3"})
  void readsAll(int count) {
    String id = write("ob-all-" + count, "nynnyyynyny");
    String path = "Observation/" + id + "/_history?_count=" + count;
    StringBuilder read = new StringBuilder();
    while (!path.isEmpty()) {
      HttpResponse<String> response = server.get(reader(), path);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      Bundle page = bundle(response);
      assertThat(page.getEntry()).hasSizeLessThanOrEqualTo(count);
      page.getEntry()
          .forEach(
              entry ->
                  read.append(((Observation) entry.getResource()).getValueStringType().getValue())
                      .append(' '));
      Bundle.BundleLinkComponent next = page.getLink(Bundle.LINK_NEXT);
      path = next == null ? "" : next.getUrl().replaceAll(".*/fhir/", "");
    }
    assertThat(read.toString().strip())
        .isEqualTo(
            IntStream.iterate(5, seen -> seen >= 0, seen -> seen - 1)
                .mapToObj(seen -> "v" + seen)
                .collect(Collectors.joining(" ")));
  }
}
