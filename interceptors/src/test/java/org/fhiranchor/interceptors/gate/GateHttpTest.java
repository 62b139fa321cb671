package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.net.http.HttpResponse;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate over HTTP, surface by surface; the leak battery asks many more questions. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class GateHttpTest {
  private static final String HIDDEN = "not available: it does not exist";

  private final GatedServer server = GatedServer.shared();
  private String reader;
  private String stranger;

  @BeforeAll
  void seed() {
    for (String patient : List.of("open", "closed")) {
      server.patient(patient);
      server.observation("o1-" + patient, patient);
      server.observation("o2-" + patient, patient);
    }
    server.load(
        "Observation/shared",
        GatedServer.observationOf(
            "shared",
            "\"subject\":{\"reference\":\"Patient/open\"},\"performer\":[{\"reference\":\"Patient/closed\"}]"));
    server.consent("c-open", "open", "doc", "TREAT");
    reader = server.tokens().practitioner("doc", "TREAT");
    stranger = server.tokens().practitioner("other", "TREAT");
  }

  private HttpResponse<String> read(String path) {
    return server.get(reader, path);
  }

  private static Bundle bundle(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }

  private static List<String> ids(HttpResponse<String> answer) {
    return bundle(answer).getEntry().stream()
        .map(entry -> entry.getResource().getIdElement().toUnqualifiedVersionless().getValue())
        .toList();
  }

  @Test
  @DisplayName("G1 a read is permitted with a consent on the ledger and refused without one")
  void reads() {
    assertThat(read("Observation/o1-open").statusCode()).isEqualTo(200);
    assertThat(read("Observation/o1-open/_history/1").statusCode()).isEqualTo(200);
    assertThat(read("Patient/open").statusCode()).isEqualTo(200);
    assertThat(server.get(stranger, "Observation/o1-open").statusCode()).isEqualTo(403);
    assertThat(server.get("", "Observation/o1-open").statusCode()).isEqualTo(401);
    String research = server.tokens().practitioner("doc", "HRESCH");
    assertThat(server.get(research, "Observation/o1-open").statusCode()).isEqualTo(403);
    assertThat(server.get(server.tokens().patient("closed"), "Observation/o1-closed").statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @DisplayName("G1 G15 hidden, missing and deleted ids have one answer")
  @ValueSource(
      strings = {
        "Observation/%s",
        "Observation/%s/_history/1",
        "Observation/%s/_history",
        "Observation/%s/$verify",
        "Observation/%s/$proof"
      })
  void uniform(String path) {
    HttpResponse<String> hidden = read(path.formatted("o1-closed"));
    HttpResponse<String> missing = read(path.formatted("nowhere"));
    assertThat(hidden.statusCode()).isEqualTo(403);
    assertThat(hidden.body()).contains(HIDDEN).isEqualTo(missing.body());
    assertThat(missing.statusCode()).isEqualTo(403);
    HttpResponse<String> two = read(path.formatted("shared"));
    assertThat(two.body()).isEqualTo(missing.body());
  }

  @Test
  @DisplayName("G3 G4 searches hold permitted hits alone, and count those")
  void searches() {
    HttpResponse<String> all = read("Observation?status=final&_sort=_id");
    assertThat(ids(all)).containsExactly("Observation/o1-open", "Observation/o2-open");
    assertThat(bundle(all).getTotal()).isEqualTo(2);
    assertThat(bundle(read("Observation?status=final&_summary=count")).getTotal()).isEqualTo(2);
    assertThat(bundle(read("Observation?status=final&_total=accurate&_count=1")).getTotal())
        .isEqualTo(2);
    assertThat(bundle(read("Observation?status=final&_count=0")).getTotal()).isEqualTo(2);
    assertThat(ids(read("Observation?patient=Patient/closed"))).isEmpty();
    assertThat(ids(server.get(stranger, "Observation"))).isEmpty();
    assertThat(ids(read("Patient"))).containsExactly("Patient/open");
    assertThat(ids(read("Patient?_revinclude=Observation:subject&_id=open")))
        .contains("Patient/open", "Observation/o1-open", "Observation/o2-open")
        .doesNotContain("Observation/shared");
  }

  @Test
  @DisplayName("G3 page links are for whoever asked, and decided again")
  void pages() {
    Bundle first = bundle(read("Observation?status=final&_count=1&_sort=_id"));
    String next = first.getLink(Bundle.LINK_NEXT).getUrl();
    String path = next.substring(next.indexOf("/fhir") + 5);
    assertThat(ids(read(path))).containsExactly("Observation/o2-open");
    assertThat(server.get(stranger, path).statusCode()).isEqualTo(410);
    String unknown =
        path.replaceAll("_getpages=[^&]*", "_getpages=00000000-0000-0000-0000-000000000000");
    assertThat(server.get(stranger, unknown).body()).isEqualTo(server.get(stranger, path).body());
  }

  @ParameterizedTest
  @DisplayName("G6 G7 G16 what cannot be decided is refused alike")
  @ValueSource(
      strings = {
        "Observation?_filter=status%20eq%20final",
        "Observation?_sort=subject.name",
        "Observation/_history",
        "_history",
        "$get-resource-counts",
        "Observation/$lastn",
        "Patient/$meta",
        "Patient/$everything"
      })
  void oracles(String path) {
    assertThat(read(path).statusCode()).as(path).isEqualTo(403);
  }

  @Test
  @DisplayName("G7 $everything of a permitted patient holds what is permitted")
  void everything() {
    assertThat(ids(read("Patient/open/$everything")))
        .contains("Patient/open", "Observation/o1-open", "Observation/o2-open")
        .doesNotContain("Observation/shared", "Patient/closed");
    assertThat(read("Patient/closed/$everything").body())
        .isEqualTo(read("Patient/nowhere/$everything").body());
  }

  @Test
  @DisplayName("G8 G9 G10 writes tell nothing of what is hidden")
  void writes() {
    String body =
        GatedServer.observationOf("o1-closed", "\"subject\":{\"reference\":\"Patient/open\"}");
    HttpResponse<String> hidden = server.ask(reader, "PUT", "Observation/o1-closed", body);
    HttpResponse<String> missing =
        server.ask(reader, "PUT", "Observation/nowhere", body.replace("o1-closed", "nowhere"));
    assertThat(hidden.statusCode()).isEqualTo(403);
    assertThat(hidden.body()).isEqualTo(missing.body());
    String post =
        GatedServer.observationOf("x", "\"subject\":{\"reference\":\"Patient/%s\"}")
            .replace("\"id\":\"x\",", "")
            .replace("final", "preliminary");
    assertThat(server.ask(reader, "POST", "Observation", post.formatted("closed")).statusCode())
        .isEqualTo(403);
    assertThat(server.ask(reader, "POST", "Observation", post.formatted("nowhere")).statusCode())
        .isEqualTo(403);
    HttpResponse<String> created =
        server.ask(
            reader,
            "POST",
            "Observation",
            post.formatted("open"),
            "Prefer",
            "return=representation");
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(created.body()).contains("secret-x");
    assertThat(server.ask(reader, "DELETE", "Observation/o1-open", "").statusCode()).isEqualTo(403);
    assertThat(server.ask(reader, "DELETE", "Practitioner/doc", "").statusCode()).isEqualTo(403);
    String loaded =
        server
            .ask(
                server.tokens().loader(),
                "POST",
                "Observation",
                post.formatted("closed"),
                "Prefer",
                "return=representation")
            .body();
    assertThat(loaded).doesNotContain("secret-x");
    server.load(
        "Observation/later",
        GatedServer.observationOf("later", "\"subject\":{\"reference\":\"Patient/closed\"}"));
  }

  @Test
  @DisplayName("G10 what a consent says, and who is in its care team, is the patient's to write")
  void consentsAreThePatients() {
    String consent = GatedServer.consentJson("c-open", "open", "doc", "TREAT");
    String lifted = consent.replace("\"active\"", "\"inactive\"");
    HttpResponse<String> refused = server.ask(reader, "PUT", "Consent/c-open", lifted);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("Consent and CareTeam are written by their patient");
    String patch = "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"inactive\"}]";
    assertThat(server.ask(reader, "PATCH", "Consent/c-open", patch).statusCode()).isEqualTo(403);
    String fresh = consent.replace("\"id\":\"c-open\",", "");
    assertThat(server.ask(reader, "POST", "Consent", fresh).statusCode()).isEqualTo(403);
    String team = "{\"resourceType\":\"CareTeam\",\"subject\":{\"reference\":\"Patient/open\"}}";
    assertThat(server.ask(reader, "POST", "CareTeam", team).statusCode()).isEqualTo(403);
    String patient = server.tokens().patient("open");
    HttpResponse<String> made = server.ask(patient, "POST", "Consent", fresh);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    assertThat(server.ask(patient, "POST", "CareTeam", team).statusCode()).isEqualTo(201);
    assertThat(
            server
                .ask(patient, "POST", "Consent", fresh.replace("Patient/open", "Patient/closed"))
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  @DisplayName("G2 a history in which nothing changed since is empty, not refused")
  void unchangedSince() {
    String since = "/_history?_since=2100-01-01T00:00:00Z";
    assertThat(ids(read("Observation/o1-open" + since))).isEmpty();
    assertThat(read("Observation/o1-closed" + since).body())
        .contains(HIDDEN)
        .isEqualTo(read("Observation/nowhere" + since).body());
  }

  @Test
  @DisplayName("G2 G8 in a batch too")
  void unchangedSinceInABatch() {
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET",
          "url":"Observation/%s/_history?_since=2100-01-01T00:00:00Z"}}]}
        """;
    HttpResponse<String> open = server.ask(reader, "POST", "", batch.formatted("o1-open"));
    assertThat(open.body()).contains("200 OK", "history").doesNotContain(HIDDEN);
    HttpResponse<String> hidden = server.ask(reader, "POST", "", batch.formatted("o1-closed"));
    HttpResponse<String> missing = server.ask(reader, "POST", "", batch.formatted("nowhere"));
    assertThat(hidden.body()).contains(HIDDEN);
    assertThat(withoutNames(hidden.body())).isEqualTo(withoutNames(missing.body()));
  }

  @Test
  @DisplayName("G3 a limit on the rows looked at lets no hidden hit push out a visible one")
  void aLimitCountsNoHiddenHits() {
    String organization =
        "{\"resourceType\":\"Organization\",\"id\":\"%s\",\"name\":\"Limited\"%s}";
    String closed =
        ",\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Patient/closed\"}}]";
    server.load("Organization/limited-1", organization.formatted("limited-1", closed));
    server.load("Organization/limited-2", organization.formatted("limited-2", ""));
    for (String asked : List.of("no-store, max-results=1", "no-store", "no-cache")) {
      HttpResponse<String> found =
          server.ask(reader, "GET", "Organization?name=Limited", "", "Cache-Control", asked);
      assertThat(found.body()).as(asked).contains("limited-2").doesNotContain("limited-1");
    }
  }

  @Test
  @DisplayName("G7 $meta is told of what may be seen, as it is now")
  void meta() {
    String none = "{\"resourceType\":\"Parameters\"}";
    for (String method : List.of("GET", "POST")) {
      HttpResponse<String> open = server.ask(reader, method, "Observation/o1-open/$meta", none);
      assertThat(open.statusCode()).as(open.body()).isEqualTo(200);
      assertThat(open.body()).contains("versionId");
      HttpResponse<String> hidden = server.ask(reader, method, "Observation/o1-closed/$meta", none);
      assertThat(hidden.statusCode()).isEqualTo(403);
      assertThat(server.ask(reader, method, "Observation/nowhere/$meta", none).body())
          .isEqualTo(hidden.body());
      assertThat(
              server.ask(reader, method, "Observation/o1-open/_history/1/$meta", none).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  @DisplayName("G14 a masked view is never stored back")
  void masked() {
    String masked = read("Observation/o2-open?_summary=true").body();
    assertThat(masked).contains("SUBSETTED");
    assertThat(server.ask(reader, "PUT", "Observation/o2-open", masked).statusCode())
        .isEqualTo(422);
  }

  @Test
  @DisplayName("G8 each entry of a batch as if it came alone")
  void batches() {
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
          {"request":{"method":"GET","url":"Observation/%s"}},
          {"request":{"method":"GET","url":"Observation/o1-open"}},
          {"request":{"method":"GET","url":"Observation?patient=closed"}},
          {"request":{"method":"GET","url":"Observation?_list=x"}}]}
        """;
    HttpResponse<String> hidden = server.ask(reader, "POST", "", batch.formatted("o1-closed"));
    HttpResponse<String> missing = server.ask(reader, "POST", "", batch.formatted("nowhere"));
    assertThat(hidden.body()).contains("secret-o1-open").doesNotContain("secret-o1-closed");
    assertThat(withoutNames(hidden.body())).isEqualTo(withoutNames(missing.body()));
  }

  /** Ids that the server draws, and its clock. */
  private static String withoutNames(String body) {
    return body.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "uuid")
        .replaceAll("\"lastUpdated\":\\s*\"[^\"]*\"", "at")
        .replaceAll("\"lastModified\":\\s*\"[^\"]*\"", "at");
  }
}
