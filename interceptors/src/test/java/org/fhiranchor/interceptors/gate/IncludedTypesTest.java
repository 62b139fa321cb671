package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/** What a search brings along of types that the token's scopes do not cover. */
@TestInstance(Lifecycle.PER_CLASS)
final class IncludedTypesTest {
  private final NarrowedRecord record = new NarrowedRecord(GatedServer.shared(), "it");
  private final GatedServer server = record.server;

  @BeforeAll
  void seed() {
    server.load(
        "Location/it-ward", "{\"resourceType\":\"Location\",\"id\":\"it-ward\",\"name\":\"ward\"}");
    server.load(
        "Encounter/it-stay",
        "{\"resourceType\":\"Encounter\",\"id\":\"it-stay\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/it-patient\"},\"location\":[{\"location\":{\"reference\":\"Location/it-ward\"}}]}");
    record.observation(
        "it-during", "laboratory", ",\"encounter\":{\"reference\":\"Encounter/it-stay\"}");
    record.observation("it-other", "laboratory", "");
  }

  private String token(String scopes) {
    return record.token(scopes.replace('+', ' '));
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 G5 what comes along of a type without a scope is left out, the rest stays")
  @CsvSource(
      delimiter = ' ',
      value = {
        "user/Observation.rs Observation?_id=it-during&_include=Observation:subject"
            + " Observation/it-during",
        "user/Observation.rs Observation?_id=it-during&_include=Observation:subject:Patient"
            + " Observation/it-during",
        "user/Observation.rs Observation?_id=it-during&_include=* Observation/it-during",
        "user/Observation.rs Observation?_id=it-during&_include=Observation:*"
            + " Observation/it-during",
        "user/Observation.rs+user/Encounter.rs Observation?_id=it-during&_include=*"
            + " Observation/it-during,Encounter/it-stay",
        "user/Observation.rs+user/Location.rs"
            + " Observation?_id=it-during&_include=Observation:encounter&_include:iterate=Encounter:location"
            + " Observation/it-during",
        "user/Observation.rs+user/Location.rs Observation?_id=it-during&_include:iterate=*"
            + " Observation/it-during",
        "user/Observation.rs+user/Encounter.r+user/Location.r"
            + " Observation?_id=it-during&_include=Observation:encounter&_include:iterate=Encounter:location"
            + " Observation/it-during,Encounter/it-stay,Location/it-ward",
        "user/Patient.rs Patient?_id=it-patient&_revinclude=Observation:subject Patient/it-patient",
        "user/Patient.rs Patient?_id=it-patient&_revinclude=* Patient/it-patient",
        "user/Patient.rs+user/Observation.rs Patient?_id=it-patient&_revinclude=Observation:subject"
            + " Patient/it-patient,Observation/it-during,Observation/it-other",
        "user/Patient.rs+user/Observation.s"
            + " Patient?_id=it-patient&_revinclude=Observation:subject&_revinclude=Encounter:subject"
            + " Patient/it-patient,Observation/it-during,Observation/it-other",
        "user/Location.rs+user/Observation.rs"
            + " Location?_id=it-ward&_revinclude=Encounter:location&_revinclude:iterate=Observation:encounter"
            + " Location/it-ward",
        "patient/Observation.rs Observation?_id=it-during&_include=Observation:subject"
            + " Observation/it-during",
      })
  void comesAlong(String scopes, String search, String found) {
    String who =
        scopes.startsWith("patient/")
            ? server.tokens().of("Patient/it-patient", "it-patient", scopes, "PATRQT")
            : token(scopes);
    assertThat(record.ids(who, search))
        .containsExactlyInAnyOrderElementsOf(List.of(found.split(",", -1)));
  }

  @Test
  @DisplayName("SIGN-5 G5 a right to read alone shows what is referred to, not what refers")
  void readIsNoSearch() {
    String reads = token("user/Patient.rs user/Observation.r user/Encounter.rs");
    assertThat(record.ids(reads, "Patient?_id=it-patient&_revinclude=Observation:subject"))
        .containsExactly("Patient/it-patient");
    assertThat(record.ids(reads, "Encounter?_id=it-stay&_revinclude=*"))
        .containsExactly("Encounter/it-stay");
    String read = token("user/Patient.r user/Observation.rs");
    assertThat(record.ids(read, "Observation?_id=it-other&_include=Observation:subject"))
        .containsExactlyInAnyOrder("Observation/it-other", "Patient/it-patient");
  }

  @Test
  @DisplayName("SIGN-5 G5 an answer tells nothing of whether there is something to leave out")
  void tellsNothing() {
    String who = token("user/Observation.rs");
    String search = "Observation?_id=%s&_include=Observation:encounter&_total=accurate";
    Bundle with = NarrowedRecord.bundle(server.get(who, search.formatted("it-during")));
    Bundle without = NarrowedRecord.bundle(server.get(who, search.formatted("it-other")));
    assertThat(with.getTotal()).isEqualTo(without.getTotal()).isEqualTo(1);
    assertThat(with.getEntry()).hasSameSizeAs(without.getEntry());
    assertThat(with.getLink()).hasSameSizeAs(without.getLink());
  }

  @Test
  @DisplayName("SIGN-5 G3 G4 pages and totals are those of the hits, on each page")
  void pages() {
    String search =
        "Observation?patient=it-patient&_include=*&_revinclude=Observation:encounter&_count=1&_sort=_id";
    String who = token("user/Observation.rs user/Patient.s");
    List<String> all = new ArrayList<>();
    Bundle page = NarrowedRecord.bundle(server.get(who, search + "&_total=accurate"));
    assertThat(page.getTotal()).isEqualTo(2);
    int pages = 1;
    add(page, all);
    while (page.getLink(Bundle.LINK_NEXT) != null) {
      page =
          NarrowedRecord.bundle(
              server.get(who, JournalReader.path(page.getLink(Bundle.LINK_NEXT).getUrl())));
      add(page, all);
      pages++;
    }
    assertThat(pages).isEqualTo(2);
    assertThat(all)
        .containsExactly(
            "Observation/it-during",
            "Patient/it-patient",
            "Observation/it-other",
            "Patient/it-patient");
  }

  private static void add(Bundle page, List<String> all) {
    page.getEntry()
        .forEach(
            one -> all.add(one.getResource().getIdElement().toUnqualifiedVersionless().getValue()));
  }

  @Test
  @DisplayName("SIGN-5 G5 a right to read alone is no search on a later page either")
  void laterPages() {
    String who = token("user/Observation.rs user/Patient.rs user/Encounter.r");
    Bundle page =
        NarrowedRecord.bundle(
            server.get(
                who, "Patient?_id=it-patient,it-none&_revinclude=Encounter:subject&_count=1"));
    assertThat(page.getEntry()).hasSize(1);
    NarrowedRecord second = new NarrowedRecord(server, "it2");
    server.consent("it2-also", second.patient, record.doctor, "TREAT");
    server.load(
        "Encounter/it2-stay",
        "{\"resourceType\":\"Encounter\",\"id\":\"it2-stay\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/it2-patient\"}}");
    List<String> all = new ArrayList<>();
    page =
        NarrowedRecord.bundle(
            server.get(
                who,
                "Patient?_id=it-patient,it2-patient&_sort=_id&_revinclude=Encounter:subject&_count=1"));
    add(page, all);
    page =
        NarrowedRecord.bundle(
            server.get(who, JournalReader.path(page.getLink(Bundle.LINK_NEXT).getUrl())));
    add(page, all);
    assertThat(all).containsExactly("Patient/it-patient", "Patient/it2-patient");
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 G5 the entries of a batch and of a transaction are held to it")
  @ValueSource(strings = {"batch", "transaction"})
  void bundles(String type) {
    HttpResponse<String> answer =
        server.ask(
            token("user/Observation.rs user/Encounter.r user/Patient.rs"),
            "POST",
            "",
            """
            {"resourceType":"Bundle","type":"%s","entry":[
              {"request":{"method":"GET","url":"Observation?_id=it-during&_include=*"}},
              {"request":{"method":"GET","url":"Patient?_id=it-patient&_revinclude=Encounter:subject"}},
              {"request":{"method":"GET","url":"Observation?_id=it-other&_include=*&_include:iterate=Encounter:location"}}]}
            """
                .formatted(type));
    Bundle bundle = NarrowedRecord.bundle(answer);
    List<List<String>> found = new ArrayList<>();
    for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
      List<String> ids = new ArrayList<>();
      add((Bundle) entry.getResource(), ids);
      found.add(ids);
    }
    assertThat(found.get(0))
        .containsExactlyInAnyOrder(
            "Observation/it-during", "Patient/it-patient", "Encounter/it-stay");
    assertThat(found.get(1)).containsExactly("Patient/it-patient");
    assertThat(found.get(2))
        .containsExactlyInAnyOrder("Observation/it-other", "Patient/it-patient");
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 G5 $everything holds what the scopes cover of the record")
  @CsvSource(
      delimiter = ' ',
      value = {
        "user/Patient.rs Patient/it-patient",
        "user/Patient.rs+user/Observation.rs"
            + " Patient/it-patient,Observation/it-during,Observation/it-other",
        "user/Patient.rs+user/Observation.r Patient/it-patient",
        "user/Patient.rs+user/Location.rs Patient/it-patient",
        "user/Patient.rs+user/Encounter.rs+user/Location.rs"
            + " Patient/it-patient,Encounter/it-stay",
      })
  void everything(String scopes, String found) {
    List<String> wanted = List.of(found.split(",", -1));
    String who = token(scopes);
    assertThat(record.ids(who, "Patient/it-patient/$everything"))
        .containsExactlyInAnyOrderElementsOf(wanted);
    List<String> all = new ArrayList<>();
    Bundle page = NarrowedRecord.bundle(server.get(who, "Patient/it-patient/$everything?_count=1"));
    add(page, all);
    while (page.getLink(Bundle.LINK_NEXT) != null) {
      page =
          NarrowedRecord.bundle(
              server.get(who, JournalReader.path(page.getLink(Bundle.LINK_NEXT).getUrl())));
      add(page, all);
    }
    assertThat(all).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  @DisplayName("SIGN-5 PRV-2 a search without a scope for Provenances brings none")
  void provenances() {
    String search = "Observation?_id=it-other&_revinclude=Provenance:target";
    String all = token("user/Observation.rs user/Provenance.rs");
    await().atMost(120, SECONDS).until(() -> record.ids(all, search).size() > 1);
    for (String scopes : List.of("", " user/Provenance.r", " user/Provenance.s")) {
      assertThat(record.ids(token("user/Observation.rs" + scopes), search))
          .as(scopes)
          .containsExactly("Observation/it-other");
    }
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 what is asked for directly needs its scope, as ever")
  @CsvSource({
    "user/Observation.rs, Patient/it-patient",
    "user/Observation.rs, Patient?_id=it-patient",
    "user/Observation.rs, Observation?subject:Patient._id=it-patient",
    "user/Observation.rs, Observation?_has:Observation:has-member:subject:Patient._id=x",
    "user/Patient.rs, Patient?_has:Observation:patient:status=final",
    "user/Observation.r, Observation?_id=it-other",
    "user/Patient.r user/Observation.rs, Patient/it-patient/$everything"
  })
  void directly(String scopes, String path) {
    HttpResponse<String> answer = server.get(token(scopes), path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("insufficient_scope");
  }
}
