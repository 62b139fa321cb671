package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.merkle.Step;
import org.fhiranchor.merkle.Verdict;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.jdbc.core.JdbcTemplate;

/** The accounting of a patient over HTTP, and the bounds of the journal. */
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class AccountingHttpTest {
  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private final JdbcTemplate jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
  private String reader;
  private String stranger;

  @BeforeAll
  void seed() {
    for (String patient : List.of("accounted", "sealed")) {
      server.patient(patient);
      server.observation("t1-" + patient, patient);
      server.observation("t2-" + patient, patient);
    }
    server.consent("c-accounted", "accounted", "counter", "TREAT");
    reader = server.tokens().practitioner("counter", "TREAT");
    stranger = server.tokens().practitioner("nosy2", "TREAT");
  }

  @Test
  @DisplayName("DIS-4 broken glass is a record with its reason, and stands first in the accounting")
  void brokenGlass() {
    server.load("Practitioner/medic", "{\"resourceType\":\"Practitioner\",\"id\":\"medic\"}");
    String medic = server.tokens().practitioner("medic", "BTG");
    List<JsonNode> added =
        journal.added(
            "sealed",
            () ->
                assertThat(
                        server
                            .ask(
                                medic,
                                "GET",
                                "Observation/t1-sealed",
                                "",
                                AccessSubject.BREAK_GLASS_HEADER,
                                "unconscious, allergies")
                            .statusCode())
                    .isEqualTo(200));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("breakGlassReason").asText()).isEqualTo("unconscious, allergies");
    server.get(server.tokens().patient("sealed"), "Observation/t1-sealed");
    Bundle accounting = accounting(server.tokens().patient("sealed"), "sealed");
    AuditEvent first = (AuditEvent) accounting.getEntryFirstRep().getResource();
    assertThat(first.getOutcomeDesc()).isEqualTo("BREAK_GLASS");
    assertThat(first.getPurposeOfEvent().get(1).getText()).contains("unconscious, allergies");
    String officer =
        server.tokens().of("Practitioner/officer", "", "anchor/compliance.read user/AuditEvent.rs");
    String found =
        server
            .get(
                officer,
                "AuditEvent?patient=sealed&subtype=http://dicom.nema.org/resources/ontology/DCM%7C110127")
            .body();
    assertThat(FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, found))
        .satisfies(events -> assertThat(events.getTotal()).isEqualTo(1))
        .satisfies(
            events ->
                assertThat(((AuditEvent) events.getEntryFirstRep().getResource()).getOutcomeDesc())
                    .isEqualTo("BREAK_GLASS"));
  }

  private Bundle accounting(String token, String patient) {
    HttpResponse<String> answer = server.get(token, "Patient/" + patient + "/$disclosures");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }

  @Test
  @DisplayName("EXP-3 the patient, compliance and operators see an accounting, and nobody else")
  void whoMaySee() {
    server.get(reader, "Patient/accounted");
    for (String token :
        List.of(
            server.tokens().patient("accounted"),
            server.tokens().of("Practitioner/officer", "", "anchor/compliance.read"),
            server.tokens().of("Practitioner/operator", "", "anchor/operator"))) {
      assertShownWithoutResource(token);
    }
    HttpResponse<String> others = server.get(reader, "Patient/accounted/$disclosures");
    assertThat(others.statusCode()).isEqualTo(403);
    assertThat(server.get(reader, "Patient/no-such/$disclosures").body()).isEqualTo(others.body());
    assertThat(
            server
                .get(server.tokens().patient("sealed"), "Patient/accounted/$disclosures")
                .statusCode())
        .isEqualTo(403);
    assertThat(server.get(server.tokens().of(DemoRole.LOADER), "Patient/accounted/$disclosures"))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(403);
  }

  private void assertShownWithoutResource(String token) {
    List<JsonNode> added = journal.added("accounted", () -> accounting(token, "accounted"));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("interaction").asText()).isEqualTo("$disclosures Patient");
  }

  @Test
  @DisplayName("EXP-3 the accounting is CSV where that is asked for, and runs no formula")
  void csv() {
    String odd = server.tokens().of("Practitioner/counter", "", "user/*.cruds", "TREAT");
    server.get(odd, "Observation?patient=accounted&status==cmd");
    HttpResponse<String> csv =
        server.get(
            server.tokens().patient("accounted"),
            "Patient/accounted/$disclosures?_outputFormat=csv");
    assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    assertThat(csv.body())
        .startsWith("number,leaf,recorded,emergency,outcome,interaction,person,")
        .contains("Practitioner/counter")
        .doesNotContainPattern("(^|,)[=+@]");
  }

  @Test
  @DisplayName("EXP-3 the accounting is a page with names, and repeats of a day are one row")
  void page() {
    server.load(
        "Practitioner/counter",
        "{\"resourceType\":\"Practitioner\",\"id\":\"counter\",\"name\":[{\"text\":\"Dr"
            + " <Count>\"}],\"address\":[{\"text\":\"Harbour 1\"}]}");
    for (int i = 0; i < 3; i++) {
      server.get(reader, "Observation/t2-accounted");
    }
    String own = server.tokens().patient("accounted");
    HttpResponse<String> page =
        server.get(own, "Patient/accounted/$disclosures?_outputFormat=html");
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "style-src 'sha256-");
    assertThat(page.body())
        .contains("Dr &lt;Count&gt;, Harbour 1 (Practitioner/counter)", "treatment (TREAT)")
        .containsPattern("[0-9]+ times, first ");
    String query = "Patient/accounted/$disclosures?_outputFormat=csv&_zone=Z";
    assertThat(server.get(own, query).body())
        .contains(",personNameAndAddress,organizationNameAndAddress,first,")
        .contains(",\"Dr <Count>, Harbour 1\",");
    assertThat(server.get(own, query + "&_repeats=together").body())
        .containsPattern(",[2-9][0-9]*\\r\\n");
    assertThat(server.get(own, query).body()).doesNotContainPattern(",[2-9][0-9]*\\r\\n");
  }

  @Test
  @DisplayName("EXP-3 every form of an accounting links its proofs")
  void linksProofs() {
    String own = server.tokens().patient("accounted");
    for (String format : List.of("bundle", "csv", "html")) {
      String link =
          server
              .get(own, "Patient/accounted/$disclosures?_outputFormat=" + format)
              .headers()
              .firstValue("Link")
              .orElse("");
      assertThat(link).as(format).startsWith("<?_outputFormat=proofs>; rel=\"describedby\"");
      String at = link.substring(1, link.indexOf('>'));
      assertThat(server.get(own, "Patient/accounted/$disclosures" + at).body())
          .startsWith("{\"format\":\"fhiranchor-accounting/1\"");
    }
  }

  @Test
  @DisplayName("EXP-3 an accounting of a time has nothing of another, and a wrong time is 400")
  void time() {
    server.get(reader, "Patient/accounted");
    String own = server.tokens().patient("accounted");
    String query = "Patient/accounted/$disclosures?_outputFormat=csv";
    String year = Integer.toString(LocalDate.now(ZoneOffset.UTC).getYear());
    assertThat(server.get(own, query + "&end=1999-12").body().lines()).hasSize(1);
    assertThat(server.get(own, query + "&start=2999").body().lines()).hasSize(1);
    assertThat(server.get(own, query + "&start=" + year).body().lines()).hasSizeGreaterThan(1);
    for (String wrong :
        List.of(
            "&start=March",
            "&start=",
            "&start",
            "&end",
            "&start=2026-03&end=2026-02",
            "&end=%2B999999999-12-31T00:00:00Z",
            "&start=2025&start=2026",
            "&_zone=Nowhere/Town",
            "&_repeats=maybe")) {
      assertThat(server.get(own, query + wrong).statusCode()).as(wrong).isEqualTo(400);
    }
  }

  @Test
  @DisplayName("EXP-3 parameters of a body count as those of the address do")
  void posted() {
    server.get(reader, "Patient/accounted");
    String own = server.tokens().patient("accounted");
    String path = "Patient/accounted/$disclosures?_outputFormat=csv";
    assertThat(server.ask(own, "POST", path, body("start", "2999")).body().lines()).hasSize(1);
    assertThat(server.ask(own, "POST", path, body("end", "2999")).body().lines())
        .hasSizeGreaterThan(1);
    assertThat(server.ask(own, "POST", path, body("start", "March")).statusCode()).isEqualTo(400);
    String form = "application/x-www-form-urlencoded";
    assertThat(server.askAs(form, own, "POST", path, "start=2999").body().lines()).hasSize(1);
    assertThat(server.askAs(form, own, "POST", path, "end=2999").body().lines())
        .hasSizeGreaterThan(1);
    assertThat(server.askAs(form, own, "POST", path, "strat=2999").statusCode()).isEqualTo(400);
    assertThat(server.get(own, path + "&strat=2999").statusCode()).isEqualTo(400);
    assertThat(server.ask(own, "POST", path, "not JSON").statusCode()).isEqualTo(400);
    assertThat(server.ask(own, "POST", path, "").statusCode()).isEqualTo(200);
    String other = "{\"resourceType\":\"Patient\"}";
    assertThat(server.ask(own, "POST", path, other).statusCode()).isEqualTo(400);
    for (String type : List.of("text/turtle", "application/fhir+ndjson", "text/plain", "x")) {
      assertThat(server.askAs(type, own, "POST", path, body("end", "2999")).statusCode())
          .as(type)
          .isBetween(400, 499);
    }
  }

  private static String body(String name, String value) {
    return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"%s\",\"valueString\":\"%s\"}]}"
        .formatted(name, value);
  }

  @Test
  @DisplayName(
      "DIS-3 DIS-6 EXP-3 an accounting is verified as a whole: a line removed is missed, and so is"
          + " the newest")
  void verified() {
    server.get(reader, "Observation/t1-accounted");
    String token = server.tokens().patient("accounted");
    List<String> file = journal.anchoredProofs("accounted");
    assertThat(journal.verdict(file)).isInstanceOf(Verdict.Verified.class);
    String tagged = server.get(token, "Patient/accounted/$disclosures?_count=0").body();
    Bundle bundle = FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, tagged);
    assertThat(bundle.getIdentifier().getSystem()).isEqualTo(DisclosuresOperation.TAG);
    assertThat(file.get(0)).contains("\"subject\":\"" + bundle.getIdentifier().getValue() + "\"");
    List<String> gap = new ArrayList<>(file);
    gap.remove(file.size() / 2);
    assertThat(journal.verdict(gap)).extracting("step").isEqualTo(Step.ACCOUNTING);
    List<String> anchored =
        file.stream().filter(line -> !line.contains("\"anchor\":null")).toList();
    List<String> withheld = anchored.subList(0, anchored.size() - 1);
    assertThat(journal.verdict(withheld)).extracting("step").isEqualTo(Step.HEADS);
  }

  @Test
  @DisplayName("DIS-2 nothing is shown while its record cannot be written")
  void journalAway() {
    jdbc.execute("alter table disclosure rename to disclosure_away");
    HttpResponse<String> hidden;
    HttpResponse<String> shown;
    HttpResponse<String> batch;
    try {
      shown = server.get(reader, "Observation/t1-accounted");
      hidden = server.get(stranger, "Observation/t1-accounted");
      batch = server.ask(reader, "HEAD", "Observation/t1-accounted", "");
    } finally {
      jdbc.execute("alter table disclosure_away rename to disclosure");
    }
    assertThat(shown.statusCode()).isEqualTo(503);
    assertThat(shown.body()).contains("OperationOutcome").doesNotContain("secret-t1");
    assertThat(shown.headers().firstValue("ETag")).isEmpty();
    assertThat(hidden.statusCode()).isEqualTo(503);
    assertThat(batch.statusCode()).isEqualTo(503);
    assertThat(server.get(reader, "Observation/t1-accounted").body()).contains("secret-t1");
  }

  @Test
  @DisplayName("DIS-5 refusals beyond the limit of a minute are counted, none of them is lost")
  void manyRefusals() {
    String prober = server.tokens().practitioner("prober", "TREAT");
    int shut = journal.records("sealed").size();
    for (int i = 0; i < 130; i++) {
      assertThat(server.get(prober, "Observation/t1-sealed").statusCode()).isEqualTo(403);
    }
    // the requests may have run over the end of a minute, which begins another sixty
    int own = journal.records("sealed").size() - shut;
    assertThat(own).isBetween(60, 120);
    long closed =
        journal.records("").stream()
            .filter(one -> one.path("interaction").asText().startsWith("more refusals"))
            .filter(one -> one.path("requester").path("subject").asText().equals("prober"))
            .mapToLong(one -> one.path("count").asLong())
            .sum();
    assertThat(
            jdbc.queryForList("select content from disclosure_refusals", byte[].class).stream()
                .map(content -> new String(content, UTF_8)))
        .noneMatch(content -> content.contains("prober"));
    long counted =
        server.server().bean(DisclosureStore.class).refusalsBefore(Long.MAX_VALUE).stream()
            .map(DisclosureStore.Counted::refusals)
            .filter(one -> one.content().contains("\"prober\""))
            .mapToLong(DisclosureStore.Refusals::count)
            .sum();
    assertThat(own + closed + counted).isEqualTo(130);
  }
}
