package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.fhiranchor.interceptors.gate.NarrowedRecord.CATEGORIES;
import static org.fhiranchor.interceptors.gate.NarrowedRecord.LABORATORY;
import static org.fhiranchor.interceptors.gate.NarrowedRecord.VITAL_SIGNS;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scope narrowed by search parameters lets its holder read, and by which ways. */
@TestInstance(Lifecycle.PER_CLASS)
final class NarrowedReadsTest {
  private final NarrowedRecord record = new NarrowedRecord(GatedServer.shared(), "nr");
  private final GatedServer server = record.server;
  private String laboratory;

  @BeforeAll
  void seed() {
    record.observation("nr-changed", "vital-signs", "");
    record.observation("nr-changed", "laboratory", "");
    record.observation("nr-vital", "vital-signs", "");
    record.observation(
        "nr-lab", "laboratory", ",\"hasMember\":[{\"reference\":\"Observation/nr-vital\"}]");
    record.observation("nr-lab-2", "laboratory", "");
    server.load(
        "DiagnosticReport/nr-report",
        ("{\"resourceType\":\"DiagnosticReport\",\"id\":\"nr-report\",\"status\":\"final\",\"code\":{\"text\":\"r\"},"
                + "\"subject\":{\"reference\":\"Patient/%s\"},\"result\":[{\"reference\":\"Observation/nr-lab\"},"
                + "{\"reference\":\"Observation/nr-vital\"}]}")
            .formatted(record.patient));
    laboratory =
        record.token(
            "user/Observation.rs"
                + LABORATORY
                + " user/Patient.rs user/DiagnosticReport.rs user/Provenance.rs");
  }

  @Test
  @DisplayName("SIGN-5 what does not match is read by nobody, and answered as what is missing")
  void reads() {
    assertThat(server.get(laboratory, "Observation/nr-lab").statusCode()).isEqualTo(200);
    assertThat(server.ask(laboratory, "HEAD", "Observation/nr-lab", "").statusCode())
        .isEqualTo(200);
    for (String way :
        List.of(
            "Observation/%s",
            "Observation/%s/_history/1",
            "Observation/%s/_history",
            "Observation/%s/$meta",
            "Observation/%s/$proof",
            "Observation/%s/$verify",
            "$explain-access?resource=Observation/%s",
            "Provenance/log.Observation.%s.1")) {
      record.assertAlike(
          laboratory, "GET", way.formatted("nr-vital"), way.formatted("nr-nothing"), "");
    }
    record.assertAlike(laboratory, "HEAD", "Observation/nr-vital", "Observation/nr-nothing", "");
  }

  @Test
  @DisplayName("SIGN-5 each version is matched as it was")
  void versions() {
    assertThat(server.get(laboratory, "Observation/nr-changed/_history/2").statusCode())
        .isEqualTo(200);
    record.assertAlike(
        laboratory,
        "GET",
        "Observation/nr-changed/_history/1",
        "Observation/nr-changed/_history/7",
        "");
    assertThat(versions("Observation/nr-changed/_history")).containsExactly("2");
    record.assertAlike(
        laboratory,
        "GET",
        "Observation/nr-changed/_history/1/$proof",
        "Observation/nr-changed/_history/7/$proof",
        "");
  }

  private List<String> versions(String history) {
    return NarrowedRecord.bundle(server.get(laboratory, history)).getEntry().stream()
        .map(entry -> entry.getResource().getIdElement().getVersionIdPart())
        .toList();
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 searches find what matches, whatever else they ask")
  @CsvSource(
      delimiter = ' ',
      value = {
        "Observation?patient=nr-patient&_sort=_id Observation/nr-changed,Observation/nr-lab,Observation/nr-lab-2",
        "Observation?identifier=nr-vital ''",
        "Observation?patient=nr-patient&category=vital-signs ''",
        "Observation?patient=nr-patient&category:not=laboratory ''",
        "Observation?_id=nr-vital,nr-lab Observation/nr-lab",
        "Observation?identifier=nr-lab&_include=Observation:has-member Observation/nr-lab",
        "DiagnosticReport?_id=nr-report&_include=DiagnosticReport:result DiagnosticReport/nr-report,Observation/nr-lab",
        "Patient?_id=nr-patient&_revinclude=Observation:subject&_revinclude:iterate=Observation:has-member Patient/nr-patient,Observation/nr-changed,Observation/nr-lab,Observation/nr-lab-2",
        "Patient?_has:Observation:patient:identifier=nr-lab Patient/nr-patient",
        "Patient?_has:Observation:patient:identifier=nr-vital ''",
        "DiagnosticReport?result:Observation.identifier=nr-lab DiagnosticReport/nr-report",
        "DiagnosticReport?result:Observation.identifier=nr-vital ''",
        "Observation?has-member:Observation.identifier=nr-vital ''",
        "Provenance?target=Observation/nr-vital ''",
      })
  void searches(String search, String found) {
    List<String> wanted = found.isEmpty() ? List.of() : List.of(found.split(",", -1));
    assertThat(record.ids(laboratory, search)).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  @DisplayName("SIGN-5 totals, counts and pages know of what matches alone")
  void countsAndPages() {
    String search = "Observation?patient=nr-patient";
    for (String counting : List.of("&_summary=count", "&_total=accurate", "&_count=0")) {
      Bundle counted = NarrowedRecord.bundle(server.get(laboratory, search + counting));
      assertThat(counted.getTotal()).as(counting).isEqualTo(3);
    }
    List<String> all = new ArrayList<>();
    Bundle page = NarrowedRecord.bundle(server.get(laboratory, search + "&_count=1&_sort=_id"));
    String second = page.getLink(Bundle.LINK_NEXT).getUrl();
    while (true) {
      page.getEntry().forEach(one -> all.add(one.getResource().getIdElement().getIdPart()));
      if (page.getLink(Bundle.LINK_NEXT) == null) {
        break;
      }
      page =
          NarrowedRecord.bundle(
              server.get(laboratory, JournalReader.path(page.getLink(Bundle.LINK_NEXT).getUrl())));
    }
    assertThat(all).containsExactly("nr-changed", "nr-lab", "nr-lab-2");
    String others = record.token("user/Observation.rs" + VITAL_SIGNS);
    assertThat(server.get(others, JournalReader.path(second)).statusCode()).isEqualTo(410);
  }

  @Test
  @DisplayName("SIGN-5 the entries of a batch and of a transaction are held to it")
  void bundles() {
    for (String type : List.of("batch", "transaction")) {
      HttpResponse<String> answer =
          server.ask(
              laboratory,
              "POST",
              "",
              """
              {"resourceType":"Bundle","type":"%s","entry":[
                {"request":{"method":"GET","url":"Observation?patient=nr-patient"}},
                {"request":{"method":"GET","url":"Observation/nr-lab"}}]}
              """
                  .formatted(type));
      assertThat(answer.body()).contains("secret-nr-lab").doesNotContain("secret-nr-vital");
    }
    String one =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
          {"request":{"method":"GET","url":"Observation/%s"}}]}
        """;
    assertThat(entry(one.formatted("nr-vital"))).contains("403 Forbidden");
    assertThat(entry(one.formatted("nr-vital"))).isEqualTo(entry(one.formatted("nr-nothing")));
  }

  private String entry(String batch) {
    return server.ask(laboratory, "POST", "", batch).body().replaceFirst("\"id\":\"[^\"]+\"", "");
  }

  @Test
  @DisplayName("SIGN-5 several scopes of a type come to what any of them reaches")
  void union() {
    String both =
        record.token("user/Observation.rs" + LABORATORY + " user/Observation.rs" + VITAL_SIGNS);
    assertThat(server.get(both, "Observation/nr-vital").statusCode()).isEqualTo(200);
    String either =
        record.token("user/Observation.rs" + LABORATORY + "," + CATEGORIES + "|vital-signs");
    assertThat(server.get(either, "Observation/nr-vital").statusCode()).isEqualTo(200);
    String whole = record.token("user/Observation.rs user/Observation.rs" + LABORATORY);
    assertThat(server.get(whole, "Observation/nr-vital").statusCode()).isEqualTo(200);
    String neither =
        record.token(
            "user/Observation.rs" + LABORATORY + "&category=" + CATEGORIES + "|vital-signs");
    assertThat(server.get(neither, "Observation/nr-lab").statusCode()).isEqualTo(403);
    assertThat(record.ids(neither, "Observation?patient=nr-patient")).isEmpty();
    String encoded = record.token("user/Observation.rs?category=%6Caboratory");
    assertThat(server.get(encoded, "Observation/nr-lab").statusCode()).isEqualTo(200);
    assertThat(server.get(encoded, "Observation/nr-vital").statusCode()).isEqualTo(403);
  }

  @Test
  @DisplayName("SIGN-5 to read and to search are narrowed apart")
  void lettersApart() {
    String apart =
        record.token("user/Observation.r" + VITAL_SIGNS + " user/Observation.s" + LABORATORY);
    assertThat(server.get(apart, "Observation/nr-vital").statusCode()).isEqualTo(200);
    assertThat(server.get(apart, "Observation/nr-lab").statusCode()).isEqualTo(403);
    assertThat(record.ids(apart, "Observation?_id=nr-lab,nr-vital"))
        .containsExactly("Observation/nr-lab");
  }

  @Test
  @DisplayName("SIGN-5 a narrowed scope of the patient's launch beside one of the user's")
  void levels() {
    NarrowedRecord other = new NarrowedRecord(server, "nro");
    server.consent("nro-consent-2", other.patient, record.doctor, "TREAT");
    other.observation("nro-lab", "laboratory", "");
    other.observation("nro-vital", "vital-signs", "");
    String mixed =
        server
            .tokens()
            .of(
                "Practitioner/" + record.doctor,
                record.patient,
                "patient/Observation.rs" + LABORATORY + " user/Observation.rs" + VITAL_SIGNS,
                "TREAT");
    assertThat(server.get(mixed, "Observation/nr-lab").statusCode()).isEqualTo(200);
    assertThat(server.get(mixed, "Observation/nr-vital").statusCode()).isEqualTo(200);
    assertThat(server.get(mixed, "Observation/nro-vital").statusCode()).isEqualTo(200);
    assertThat(server.get(mixed, "Observation/nro-lab").statusCode()).isEqualTo(403);
    assertThat(record.ids(mixed, "Observation?_id=nr-lab,nr-vital,nro-lab,nro-vital"))
        .containsExactlyInAnyOrder(
            "Observation/nr-lab", "Observation/nr-vital", "Observation/nro-vital");
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 what cannot be matched exactly grants nothing")
  @ValueSource(
      strings = {
        "nonsense=x",
        "category:text=laboratory",
        "category:not=vital-signs",
        "date=ge2000",
        "value-quantity=5",
        "code-value-quantity=a$5",
        "subject=Patient/nr-patient",
        "subject:Patient.family=Fnr-patient",
        "_id=nr-lab",
        "_security=http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R",
        "category=laboratory&_count=10",
        "category=laboratory?category=vital-signs",
        "category=|laboratory",
        "category=laboratory%2Cvital-signs"
      })
  void inexact(String query) {
    String token = record.token("user/Observation.rs?" + query + " user/Patient.rs");
    for (String path :
        List.of("Observation/nr-lab", "Observation/nr-nothing", "Observation?_id=nr-lab")) {
      HttpResponse<String> answer = server.get(token, path);
      assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(403);
      assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
          .contains("insufficient_scope");
    }
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 what is not decided resource by resource needs a whole scope")
  @CsvSource({
    "user/*.rs?category=laboratory, Observation/nr-lab",
    "user/AuditEvent.rs?type=rest, AuditEvent",
    "user/Patient.r?gender=male, Patient/nr-patient/$disclosures",
    "user/Observation.rs?category=laboratory, Observation/_history",
    "system/Observation.rs?category=laboratory, $export",
    "user/Observation.rs?category=laboratory, '$graphql?query={Observation(id:\"nr-lab\"){id}}'"
  })
  void needsWhole(String scope, String path) {
    String url = path.replace("{", "%7B").replace("}", "%7D").replace("\"", "%22");
    HttpResponse<String> answer = server.get(record.token(scope), url);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
  }

  @Test
  @DisplayName("SIGN-5 everything about a patient is held to it, beside a scope for all of it")
  void everything() {
    String own =
        server
            .tokens()
            .of(
                "Practitioner/" + record.doctor,
                "somebody-else",
                "patient/*.rs user/Patient.rs user/Observation.rs" + LABORATORY,
                "TREAT");
    assertThat(record.ids(own, "Patient/nr-patient/$everything"))
        .contains("Patient/nr-patient", "Observation/nr-lab")
        .doesNotContain("Observation/nr-vital", "DiagnosticReport/nr-report");
    assertThat(record.ids(laboratory, "Patient/nr-patient/$everything"))
        .contains("Patient/nr-patient", "Observation/nr-lab", "DiagnosticReport/nr-report")
        .doesNotContain("Observation/nr-vital");
  }

  @Test
  @DisplayName("SIGN-5 a patient's app has explained what it reaches")
  void explains() {
    String app =
        server
            .tokens()
            .of(
                "Patient/" + record.patient,
                record.patient,
                "patient/Observation.rs" + LABORATORY,
                "PATRQT");
    String way =
        "$explain-access?resource=Observation/%s&reader=Practitioner/nr-doctor&purpose=TREAT";
    assertThat(server.get(app, way.formatted("nr-lab")).statusCode()).isEqualTo(200);
    record.assertAlike(app, "GET", way.formatted("nr-vital"), way.formatted("nr-nothing"), "");
  }

  @Test
  @DisplayName("SIGN-5 what matches is proven, and its Provenance is found")
  void proofs() {
    await()
        .atMost(120, SECONDS)
        .until(() -> server.get(laboratory, "Observation/nr-lab/$proof").statusCode() == 200);
    assertThat(record.ids(laboratory, "Provenance?target=Observation/nr-lab"))
        .contains("Provenance/log.Observation.nr-lab.1");
    String ofPatients =
        record.token(
            "user/Observation.rs" + LABORATORY + " user/Provenance.rs?agent-type=nonsense");
    assertThat(record.ids(ofPatients, "Provenance?target=Observation/nr-lab")).isEmpty();
  }
}
