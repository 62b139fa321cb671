package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.merkle.AccountingVerification;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LogSigningKey;
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

/** Who was shown what, over HTTP: every kind of answer, and the accounting of it. */
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class DisclosuresHttpTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GatedServer server = GatedServer.shared();
  private final JdbcTemplate jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
  private String reader;
  private String stranger;

  @BeforeAll
  void seed() {
    for (String patient : List.of("told", "shut")) {
      server.patient(patient);
      server.observation("t1-" + patient, patient);
      server.observation("t2-" + patient, patient);
    }
    server.consent("c-told", "told", "teller", "TREAT");
    reader = server.tokens().practitioner("teller", "TREAT");
    stranger = server.tokens().practitioner("nosy", "TREAT");
  }

  private List<JsonNode> records(String patient) {
    Optional<PatientId> of =
        patient.isEmpty() ? Optional.empty() : Optional.of(new PatientId(patient));
    return jdbc
        .queryForList(
            "select content from disclosure where subject = ? order by disclosure_id",
            byte[].class,
            server.server().bean(SubjectTags.class).of(of).hex())
        .stream()
        .map(content -> parse(new String(content, UTF_8)))
        .toList();
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  /** What a request adds to the journal, of one patient; {@code ""} for records of nobody. */
  private List<JsonNode> added(String patient, Runnable request) {
    int before = records(patient).size();
    request.run();
    List<JsonNode> all = records(patient);
    return all.subList(before, all.size());
  }

  private HttpResponse<String> read(String path) {
    HttpResponse<String> answer = server.get(reader, path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private void assertShown(String interaction, String resource, Runnable request) {
    List<JsonNode> added = added("told", request);
    assertThat(added).as(interaction).hasSize(1);
    JsonNode record = added.get(0);
    assertThat(record.path("interaction").asText()).isEqualTo(interaction);
    assertThat(record.path("outcome").asText()).isEqualTo("shown");
    assertThat(record.path("patient").asText()).isEqualTo("Patient/told");
    assertThat(record.path("requester").path("person").asText())
        .isEqualTo("Practitioner/teller");
    if (!resource.isEmpty()) {
      assertThat(record.path("resources").toString()).contains(resource);
      assertThat(record.path("consents").toString()).contains("Consent/c-told");
      assertThat(record.path("rule").asText()).isEqualTo("CONSENT");
    }
  }

  @Test
  @DisplayName("DIS-1 DIS-4 each kind of answer is exactly one record of its patient")
  void everyKindOfAnswer() {
    String one = "Observation/t1-told/_history/1";
    assertShown("read Observation", one, () -> read("Observation/t1-told"));
    assertShown("vread Observation", one, () -> read("Observation/t1-told/_history/1"));
    assertShown(
        "read Observation", one, () -> server.ask(reader, "HEAD", "Observation/t1-told", ""));
    assertShown(
        "read Observation",
        one,
        () ->
            assertThat(
                    server
                        .ask(
                            reader,
                            "GET",
                            "Observation/t1-told",
                            "",
                            "If-None-Match",
                            "W/\"1\"")
                        .statusCode())
                .isEqualTo(304));
    assertShown("history-instance Observation", one, () -> read("Observation/t1-told/_history"));
    assertShown("search-type Observation", one, () -> read("Observation?patient=told"));
    assertShown(
        "search-type Observation", "", () -> read("Observation?patient=told&status=cancelled"));
    assertShown("$everything Patient", one, () -> read("Patient/told/$everything"));
    assertShown("$verify Observation", "", () -> read("Observation/t1-told/$verify"));
    assertShown(
        "$proof Observation", one, () -> server.get(reader, "Observation/t1-told/$proof"));
    assertShown("$meta Observation", "", () -> read("Observation/t1-told/$meta"));
  }

  @Test
  @DisplayName("DIS-4 each page of a search is a record of its own")
  void pages() {
    Bundle first =
        FhirContext.forR4Cached()
            .newJsonParser()
            .parseResource(
                Bundle.class, read("Observation?patient=told&_count=1&_sort=_id").body());
    String next = first.getLink(Bundle.LINK_NEXT).getUrl();
    String path = next.substring(next.indexOf("/fhir") + 5).replaceFirst("^/", "");
    List<JsonNode> added = added("told", () -> read(path));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("resources").toString()).contains("Observation/t2-told");
  }

  @Test
  @DisplayName("DIS-4 a batch is a record for each of its entries, refused ones included")
  void batch() {
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
          {"request":{"method":"GET","url":"Observation/t1-told"}},
          {"request":{"method":"GET","url":"Observation?patient=told"}},
          {"request":{"method":"GET","url":"Observation/t1-shut"}},
          {"request":{"method":"GET","url":"Observation/never-was"}}]}
        """;
    int told = records("told").size();
    int shut = records("shut").size();
    int nobody = records("").size();
    HttpResponse<String> answer = server.ask(reader, "POST", "", batch);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(records("told")).hasSize(told + 2);
    assertThat(records("shut")).hasSize(shut + 1);
    assertThat(records("")).hasSize(nobody + 1);
    assertThat(records("shut").get(shut).path("interaction").asText())
        .isEqualTo("entry GET Observation");
  }

  @Test
  @DisplayName("DIS-1 a refusal is a record of the hidden patient, and of nobody for a missing id")
  void refusals() {
    List<JsonNode> hidden =
        added(
            "shut",
            () ->
                assertThat(server.get(stranger, "Observation/t1-shut").statusCode())
                    .isEqualTo(403));
    assertThat(hidden).hasSize(1);
    assertThat(hidden.get(0).path("outcome").asText()).isEqualTo("refused");
    assertThat(hidden.get(0).path("reason").asText()).isEqualTo("NO_CONSENT");
    assertThat(hidden.get(0).path("requester").path("subject").asText()).isEqualTo("nosy");
    List<JsonNode> missing =
        added(
            "",
            () ->
                assertThat(server.get(stranger, "Observation/nothing-there").statusCode())
                    .isEqualTo(403));
    assertThat(missing).hasSize(1);
    assertThat(missing.get(0).path("target").asText()).isEqualTo("Observation/nothing-there");
    String other = server.tokens().patient("told");
    assertThat(added("shut", () -> server.get(other, "Patient/shut"))).hasSize(1);
  }

  @Test
  @DisplayName("DIS-5 a request without a valid token is no record")
  void noToken() {
    assertThat(added("", () -> server.get("", "Observation/t1-told"))).isEmpty();
    assertThat(added("told", () -> server.get("junk", "Observation/t1-told"))).isEmpty();
  }

  @Test
  @DisplayName("DIS-4 a patient's own access, the answer to a write and an explanation are records")
  void ownAccessWritesExplanations() {
    String self = server.tokens().patient("told");
    List<JsonNode> own = added("told", () -> server.get(self, "Observation/t1-told"));
    assertThat(own).hasSize(1);
    assertThat(own.get(0).path("rule").asText()).isEqualTo("PATIENT_SELF");
    String body =
        GatedServer.observationOf("t2-told", "\"subject\":{\"reference\":\"Patient/told\"}")
            .replace("final", "amended");
    List<JsonNode> written =
        added(
            "told",
            () ->
                assertThat(server.ask(reader, "PUT", "Observation/t2-told", body).statusCode())
                    .isEqualTo(200));
    assertThat(written).hasSize(1);
    assertThat(written.get(0).path("interaction").asText()).isEqualTo("update Observation");
    String minimal = body.replace("amended", "corrected");
    assertThat(
            added(
                "told",
                () ->
                    server.ask(
                        reader, "PUT", "Observation/t2-told", minimal, "Prefer", "return=minimal")))
        .isEmpty();
    List<JsonNode> explained =
        added("told", () -> server.get(self, "$explain-access?resource=Observation/t1-told"));
    assertThat(explained).hasSize(1);
  }

  @Test
  @DisplayName("DIS-4 broken glass is a record with its reason, and stands first in the accounting")
  void brokenGlass() {
    server.load("Practitioner/medic", "{\"resourceType\":\"Practitioner\",\"id\":\"medic\"}");
    String medic = server.tokens().practitioner("medic", "BTG");
    List<JsonNode> added =
        added(
            "shut",
            () ->
                assertThat(
                        server
                            .ask(
                                medic,
                                "GET",
                                "Observation/t1-shut",
                                "",
                                AccessSubject.BREAK_GLASS_HEADER,
                                "unconscious, allergies")
                            .statusCode())
                    .isEqualTo(200));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("breakGlassReason").asText())
        .isEqualTo("unconscious, allergies");
    server.get(server.tokens().patient("shut"), "Observation/t1-shut");
    Bundle accounting = accounting(server.tokens().patient("shut"), "shut");
    AuditEvent first = (AuditEvent) accounting.getEntryFirstRep().getResource();
    assertThat(first.getOutcomeDesc()).isEqualTo("BREAK_GLASS");
    assertThat(first.getPurposeOfEvent().get(1).getText()).contains("unconscious, allergies");
  }

  private Bundle accounting(String token, String patient) {
    HttpResponse<String> answer = server.get(token, "Patient/" + patient + "/$disclosures");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }

  @Test
  @DisplayName("EXP-3 the patient, compliance and operators see an accounting, and nobody else")
  void whoMaySee() {
    server.get(reader, "Patient/told");
    for (String token :
        List.of(
            server.tokens().patient("told"),
            server.tokens().of("Practitioner/officer", "", "anchor/compliance.read"),
            server.tokens().of("Practitioner/operator", "", "anchor/operator"))) {
      assertShownWithoutResource(token);
    }
    HttpResponse<String> others = server.get(reader, "Patient/told/$disclosures");
    assertThat(others.statusCode()).isEqualTo(403);
    assertThat(server.get(reader, "Patient/no-such/$disclosures").body())
        .isEqualTo(others.body());
    assertThat(
            server
                .get(server.tokens().patient("shut"), "Patient/told/$disclosures")
                .statusCode())
        .isEqualTo(403);
    assertThat(server.get(server.tokens().of(DemoRole.LOADER), "Patient/told/$disclosures"))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(403);
  }

  private void assertShownWithoutResource(String token) {
    List<JsonNode> added = added("told", () -> accounting(token, "told"));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("interaction").asText()).isEqualTo("$disclosures Patient");
  }

  @Test
  @DisplayName("EXP-3 the accounting is CSV where that is asked for, and runs no formula")
  void csv() {
    String odd = server.tokens().of("Practitioner/teller", "", "user/*.cruds", "TREAT");
    server.get(odd, "Observation?patient=told&status==cmd");
    HttpResponse<String> csv =
        server.get(
            server.tokens().patient("told"), "Patient/told/$disclosures?_outputFormat=csv");
    assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    assertThat(csv.body())
        .startsWith("number,leaf,recorded,emergency,outcome,interaction,person,")
        .contains("Practitioner/teller")
        .doesNotContainPattern("(^|,)[=+@]");
  }

  @Test
  @DisplayName("DIS-3 EXP-3 an accounting is numbered without a gap and verified as a whole")
  void verified() throws IOException {
    server.get(reader, "Observation/t1-told");
    LogStore log = server.server().bean(LogStore.class);
    await().atMost(10, SECONDS).until(() -> log.pendingCount() == 0);
    String token = server.tokens().patient("told");
    JsonNode file =
        JSON.readTree(
            server.get(token, "Patient/told/$disclosures?_outputFormat=proofs").body());
    List<AccountingVerification.Entry> entries = new ArrayList<>();
    for (JsonNode entry : file.path("entries")) {
      entries.add(
          new AccountingVerification.Entry(
              Optional.of(entry.path("record").asText().getBytes(UTF_8)),
              entry.path("proof").asText().getBytes(UTF_8)));
    }
    assertThat(verify(entries)).isInstanceOf(Verdict.Verified.class);
    entries.remove(entries.size() / 2);
    assertThat(verify(entries)).isInstanceOf(Verdict.NotVerified.class);
  }

  private Verdict verify(List<AccountingVerification.Entry> entries) {
    LogSigningKey key = server.server().bean(LogSigningKey.class);
    return AccountingVerification.verify(
        entries,
        key.verifierKey(),
        proof ->
            new HeadEvidence.Pinned(
                proof.checkpoint().checkpoint().size(), proof.checkpoint().checkpoint().root()));
  }

  @Test
  @DisplayName("DIS-2 nothing is shown while its record cannot be written")
  void journalAway() {
    jdbc.execute("alter table disclosure rename to disclosure_away");
    HttpResponse<String> hidden;
    HttpResponse<String> shown;
    HttpResponse<String> batch;
    try {
      shown = server.get(reader, "Observation/t1-told");
      hidden = server.get(stranger, "Observation/t1-told");
      batch = server.ask(reader, "HEAD", "Observation/t1-told", "");
    } finally {
      jdbc.execute("alter table disclosure_away rename to disclosure");
    }
    assertThat(shown.statusCode()).isEqualTo(503);
    assertThat(shown.body()).contains("OperationOutcome").doesNotContain("secret-t1");
    assertThat(shown.headers().firstValue("ETag")).isEmpty();
    assertThat(hidden.statusCode()).isEqualTo(503);
    assertThat(batch.statusCode()).isEqualTo(503);
    assertThat(read("Observation/t1-told").body()).contains("secret-t1");
  }

  @Test
  @DisplayName("DIS-5 refusals beyond the limit of a minute are one record with their count")
  void manyRefusals() {
    String prober = server.tokens().practitioner("prober", "TREAT");
    int shut = records("shut").size();
    for (int i = 0; i < 130; i++) {
      assertThat(server.get(prober, "Observation/t1-shut").statusCode()).isEqualTo(403);
    }
    // the requests may have run over the end of a minute, which begins another sixty
    int own = records("shut").size() - shut;
    assertThat(own).isBetween(60, 120);
    await()
        .atMost(75, SECONDS)
        .until(
            () ->
                jdbc.queryForObject("select count(*) from disclosure_refusals", Integer.class)
                    == 0);
    long counted =
        records("").stream()
            .filter(one -> one.path("interaction").asText().startsWith("more refusals"))
            .filter(one -> one.path("requester").path("subject").asText().equals("prober"))
            .mapToLong(one -> one.path("count").asLong())
            .sum();
    assertThat(own + counted).isEqualTo(130);
  }
}
