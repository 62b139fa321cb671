package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Searches most of whose hits are refused. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class ManyHiddenHitsTest {
  private static final int HITS = 60;
  private static final int SHOWN_ONE_IN = 6;
  private static final String ALL = "Observation?identifier=many";

  private GatedServer server;
  private String reader;

  /** Where the hits are. */
  GatedServer open() throws IOException {
    return GatedServer.shared();
  }

  @BeforeAll
  void seed() throws IOException {
    server = open();
    server.patient("mh-open");
    server.patient("mh-closed");
    for (int i = 0; i < HITS; i++) {
      String patient = i % SHOWN_ONE_IN == 0 ? "mh-open" : "mh-closed";
      load(id(i), "many", subject(patient));
    }
    server.consent("mh-c", "mh-open", "mh-doc", "TREAT");
    reader = server.tokens().practitioner("mh-doc", "TREAT");
  }

  private void load(String id, String identifier, String more) {
    String all =
        "\"identifier\":[{\"value\":\"%s\"}]%s"
            .formatted(identifier, more.isEmpty() ? "" : "," + more);
    server.load("Observation/" + id, GatedServer.observationOf(id, all));
  }

  /** Twenty hidden hits, so that there are enough to look up. */
  private void crowd(String identifier) {
    IntStream.range(0, 30)
        .forEach(i -> load(identifier + "-x" + i, identifier, subject("mh-closed")));
  }

  private static String id(int i) {
    return "mh-%03d".formatted(i);
  }

  private static String subject(String patient) {
    return "\"subject\":{\"reference\":\"Patient/" + patient + "\"}";
  }

  private static String performer(String patient) {
    return "\"performer\":[{\"reference\":\"Patient/" + patient + "\"}]";
  }

  private static List<String> shown() {
    return IntStream.range(0, HITS)
        .filter(i -> i % SHOWN_ONE_IN == 0)
        .mapToObj(ManyHiddenHitsTest::id)
        .toList();
  }

  private static Bundle bundle(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }

  private static List<String> ids(Bundle bundle) {
    return bundle.getEntry().stream()
        .map(entry -> entry.getResource().getIdElement().getIdPart())
        .toList();
  }

  private static Optional<String> next(Bundle bundle) {
    return Optional.ofNullable(bundle.getLink(Bundle.LINK_NEXT))
        .map(link -> link.getUrl().substring(link.getUrl().indexOf("/fhir") + 5));
  }

  private List<String> hits(String token, String identifier) {
    return ids(bundle(server.get(token, "Observation?_sort=_id&identifier=" + identifier)));
  }

  @Test
  @DisplayName("GATE-5 pages among many refused hits are full, in order, and end where hits end")
  void pages() {
    List<String> walked = new ArrayList<>();
    Optional<String> page = Optional.of(ALL + "&_sort=_id&_count=4");
    while (page.isPresent()) {
      Bundle bundle = bundle(server.get(reader, page.get()));
      assertThat(bundle.getTotal()).isEqualTo(shown().size());
      walked.addAll(ids(bundle));
      page = next(bundle);
      assertThat(bundle.getEntry().size() == 4 || page.isEmpty()).isTrue();
    }
    assertThat(walked).isEqualTo(shown());
  }

  @Test
  @DisplayName("GATE-5 a sort the other way round is kept, and counts count what is shown")
  void sortAndCount() {
    List<String> backwards = new ArrayList<>(ids(bundle(server.get(reader, ALL + "&_sort=-_id"))));
    Collections.reverse(backwards);
    assertThat(backwards).isEqualTo(shown());
    assertThat(bundle(server.get(reader, ALL + "&_summary=count")).getTotal())
        .isEqualTo(shown().size());
    assertThat(bundle(server.get(reader, ALL + "&_count=0")).getTotal()).isEqualTo(shown().size());
    String stranger = server.tokens().practitioner("mh-stranger", "TREAT");
    assertThat(bundle(server.get(stranger, ALL + "&_summary=count")).getTotal()).isZero();
  }

  @Test
  @DisplayName("GATE-5 each of several owners must permit, whichever element names them")
  void owners() {
    crowd("mh-owners");
    load("mh-performer", "mh-owners", performer("mh-open"));
    load("mh-both", "mh-owners", subject("mh-open") + "," + performer("mh-closed"));
    load("mh-twice", "mh-owners", subject("mh-open") + "," + performer("mh-open"));
    load(
        "mh-extension",
        "mh-owners",
        "\"extension\":[{\"url\":\"urn:x\",\"valueReference\":{\"reference\":\"Patient/mh-open\"}}]");
    assertThat(hits(reader, "mh-owners"))
        .containsExactly("mh-extension", "mh-performer", "mh-twice");
  }

  @Test
  @DisplayName("GATE-5 what has no patient is found with a system scope, and by nobody else")
  void withoutPatient() {
    crowd("mh-nobody");
    load("mh-unowned", "mh-nobody", "");
    String service = server.tokens().of("Device/mh-service", "", "system/*.rs", "TREAT");
    assertThat(hits(service, "mh-nobody")).containsExactly("mh-unowned");
    assertThat(hits(reader, "mh-nobody")).isEmpty();
  }

  @Test
  @DisplayName("GATE-5 patients themselves are found among many hidden ones")
  void patients() {
    for (int i = 0; i < 25; i++) {
      server.load(
          "Patient/mh-p" + i,
          "{\"resourceType\":\"Patient\",\"id\":\"mh-p%s\",\"gender\":\"other\"}".formatted(i));
    }
    assertThat(ids(bundle(server.get(reader, "Patient?_sort=_id")))).containsExactly("mh-open");
    String own = server.tokens().of("Patient/mh-p3", "mh-p3", "patient/*.rs");
    assertThat(ids(bundle(server.get(own, "Patient?gender=other")))).containsExactly("mh-p3");
  }

  @Test
  @DisplayName("GATE-5 no request can name the parameter that searches are narrowed by")
  void ownParameter() {
    HttpResponse<String> own = server.get(reader, "Observation?anchor-owner=Patient/mh-open");
    assertThat(own.statusCode()).isEqualTo(400);
    assertThat(own.body())
        .isEqualTo(
            server
                .get(reader, "Observation?anchor-other=Patient/mh-open")
                .body()
                .replace("anchor-other", "anchor-owner"));
  }

  @Test
  @DisplayName("GATE-5 a revocation between two pages empties the second")
  void revokedBetweenPages() {
    server.patient("mh-brief");
    crowd("mh-brief");
    for (int i = 0; i < 4; i++) {
      load("mh-brief-" + i, "mh-brief", subject("mh-brief"));
    }
    server.consent("mh-brief", "mh-brief", "mh-doc", "TREAT");
    Bundle first = bundle(server.get(reader, "Observation?identifier=mh-brief&_count=2&_sort=_id"));
    assertThat(ids(first)).containsExactly("mh-brief-0", "mh-brief-1");
    server.revoke("mh-brief", "mh-brief");
    assertThat(ids(bundle(server.get(reader, next(first).orElseThrow())))).isEmpty();
    assertThat(hits(reader, "mh-brief")).isEmpty();
  }
}
