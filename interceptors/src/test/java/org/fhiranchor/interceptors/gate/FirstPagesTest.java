package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long results, of which a page is asked for at a time. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class FirstPagesTest {
  private static final int SHOWN = 41;
  private static final int MANY = 600;
  private static final String PLAIN = "Observation?identifier=fp-plain";
  private static final String AMONG = "Observation?identifier=fp-among";

  private GatedServer server;
  private String reader;

  @BeforeAll
  void seed() throws IOException {
    server = GatedServer.shared();
    List.of("fp-open", "fp-closed", "fp-many").forEach(server::patient);
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < SHOWN; i++) {
      entries.add(entry("fp-a-%03d".formatted(i), "fp-plain", "fp-open"));
    }
    for (int i = 0; i < 4 * SHOWN; i++) {
      boolean shown = i % 4 == 2;
      entries.add(
          entry(
              shown ? "fp-b-%03d".formatted(i / 4) : "fp-h-%03d".formatted(i),
              "fp-among",
              shown ? "fp-open" : "fp-closed"));
    }
    for (int i = 0; i < MANY; i++) {
      entries.add(entry("fp-m-%03d".formatted(i), "fp-many", "fp-many"));
    }
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
            + String.join(",", entries)
            + "]}";
    HttpResponse<String> loaded = server.ask(server.tokens().loader(), "POST", "", batch);
    assertThat(loaded.statusCode()).isEqualTo(200);
    server.consent("fp-c", "fp-open", "fp-doc", "TREAT");
    server.consent("fp-m", "fp-many", "fp-doc", "TREAT");
    reader = server.tokens().practitioner("fp-doc", "TREAT");
  }

  private static String entry(String id, String identifier, String patient) {
    String more =
        "\"identifier\":[{\"value\":\"%s\"}],\"subject\":{\"reference\":\"Patient/%s\"}"
            .formatted(identifier, patient);
    return "{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"Observation/%s\"}}"
        .formatted(GatedServer.observationOf(id, more), id);
  }

  private Bundle page(String path) {
    HttpResponse<String> answer = server.get(reader, path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }

  /** Each page as a line: its entries, whether there is a next one, and the total. */
  private List<String> walk(String search, String hits) {
    List<String> lines = new ArrayList<>();
    Optional<String> next = Optional.of(search);
    while (next.isPresent()) {
      Bundle page = page(next.get());
      next = next(page);
      lines.add(
          page.getEntry().stream()
                  .map(one -> one.getResource().getIdElement().getIdPart().replace(hits, ""))
                  .collect(Collectors.joining(","))
              + " next="
              + next.isPresent()
              + " total="
              + (page.hasTotal() ? page.getTotal() : "-"));
    }
    return lines;
  }

  @ParameterizedTest
  @DisplayName("GATE-5 pages, links and totals are the same among hidden hits as without them")
  @ValueSource(
      strings = {
        "",
        "&_count=1",
        "&_count=5",
        "&_count=13",
        "&_count=14",
        "&_count=15",
        "&_count=40",
        "&_count=41",
        "&_count=42",
        "&_count=7&_total=accurate",
        "&_count=7&_sort=-_lastUpdated,_id",
        "&_count=9&_total=none",
        "&_summary=count",
        "&_count=0"
      })
  void pages(String more) {
    String search = more + (more.contains("_sort") ? "" : "&_sort=_id");
    List<String> plain = walk(PLAIN + search, "fp-a-");
    assertThat(walk(AMONG + search, "fp-b-")).isEqualTo(plain);
    if (!more.contains("_summary") && !more.contains("_count=0")) {
      assertThat(plain.stream().flatMap(line -> Arrays.stream(line.split(" ", 2)[0].split(","))))
          .filteredOn(id -> !id.isEmpty())
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, SHOWN).mapToObj("%03d"::formatted).toList());
    }
    if (more.contains("accurate") || more.contains("_summary") || more.contains("_count=0")) {
      assertThat(plain).allMatch(line -> line.endsWith("total=" + SHOWN));
    }
  }

  @Test
  @DisplayName("G4 G8 an entry of a batch has its total as if it came alone")
  void totalsInBatches() {
    String search = AMONG + "&_count=7&_total=accurate&_sort=_id";
    String entry = "{\"request\":{\"method\":\"GET\",\"url\":\"%s\"}}".formatted(search);
    String other = entry.replace("&_total=accurate", "").replace("=7", "=1");
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
            + String.join(",", entry, other, entry, other, entry)
            + "]}";
    for (int i = 0; i < 10; i++) {
      Bundle answer =
          FhirContext.forR4Cached()
              .newJsonParser()
              .parseResource(Bundle.class, server.ask(reader, "POST", "", batch).body());
      assertThat(answer.getEntry())
          .extracting(one -> (Bundle) one.getResource())
          .extracting(one -> one.hasTotal() ? one.getTotal() : -1)
          .containsExactly(SHOWN, -1, SHOWN, -1, SHOWN);
    }
  }

  @Test
  @DisplayName("GATE-5 a page of a long result decides about little more than the page")
  void decidesAboutThePage() {
    double before = server.permitted();
    Bundle page = page("Observation?patient=fp-many&_count=10");
    assertThat(page.getEntry()).hasSize(10);
    assertThat(page.getLink(Bundle.LINK_NEXT)).isNotNull();
    assertThat(server.permitted() - before).isBetween(10.0, 40.0);
  }

  private static Optional<String> next(Bundle page) {
    return Optional.ofNullable(page.getLink(Bundle.LINK_NEXT))
        .map(link -> link.getUrl().substring(link.getUrl().indexOf("/fhir") + 5));
  }

  @Test
  @DisplayName("GATE-5 each page of a long result decides about some hundreds, and none is lost")
  void walksALongResult() {
    Set<String> ids = new HashSet<>();
    Optional<String> next = Optional.of("Observation?patient=fp-many&_count=50");
    while (next.isPresent()) {
      double before = server.permitted();
      Bundle page = page(next.get());
      assertThat(server.permitted() - before).isLessThan(700);
      page.getEntry()
          .forEach(
              one -> assertThat(ids.add(one.getResource().getIdElement().getIdPart())).isTrue());
      next = next(page);
    }
    assertThat(ids).hasSize(MANY);
  }

  @Test
  @DisplayName("G7 pages of a record hold that record, and nothing that hidden resources lead to")
  void pagesOfARecord() {
    server.load(
        "Practitioner/fp-behind", "{\"resourceType\":\"Practitioner\",\"id\":\"fp-behind\"}");
    server.load(
        "Encounter/fp-hidden",
        "{\"resourceType\":\"Encounter\",\"id\":\"fp-hidden\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/fp-closed\"},\"participant\":[{\"individual\":{\"reference\":\"Practitioner/fp-behind\"}}]}");
    server.load(
        "Observation/fp-led",
        GatedServer.observationOf(
            "fp-led",
            "\"identifier\":[{\"value\":\"fp-led\"}],\"subject\":{\"reference\":\"Patient/fp-open\"},\"focus\":[{\"reference\":\"Encounter/fp-hidden\"}]"));
    Set<String> found = new HashSet<>();
    Optional<String> next = Optional.of("Patient/fp-open/$everything?_count=10");
    while (next.isPresent()) {
      Bundle page = page(next.get());
      page.getEntry().forEach(one -> found.add(one.getResource().getIdElement().getIdPart()));
      next = next(page);
    }
    assertThat(found)
        .contains("fp-open", "fp-led", "fp-a-001", "fp-b-040")
        .noneMatch(id -> id.startsWith("fp-m") || id.equals("fp-behind") || id.equals("fp-hidden"));
  }
}
