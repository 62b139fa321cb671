package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.method.BaseMethodBinding;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Each entry of a batch is an answer of its own, and a record. */
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class DisclosuresOfEntriesTest {
  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private String reader;
  private String stranger;

  @BeforeAll
  void seed() {
    for (String patient : List.of("be-told", "be-shut")) {
      server.patient(patient);
      server.observation("t1-" + patient, patient);
    }
    server.consent("c-be-told", "be-told", "be-teller", "TREAT");
    reader = server.tokens().practitioner("be-teller", "TREAT");
    stranger = server.tokens().practitioner("be-nosy", "TREAT");
  }

  @Test
  @DisplayName(
      "DIS-4 an operation that writes its own answer is no entry of a batch or transaction")
  void writtenByItself() {
    List<String> written = writtenByThemselves();
    assertThat(written).contains("$proof", "$disclosures", "$export");
    for (String operation : written) {
      for (String place : List.of("", "Patient/", "Patient/be-told/", "Binary/none/")) {
        String entry = "{\"request\":{\"method\":\"GET\",\"url\":\"" + place + operation + "\"}}";
        List<JsonNode> added =
            journal.added("be-told", () -> assertNotRun(operation, place, entry));
        List<JsonNode> shown =
            added.stream().filter(one -> one.path("outcome").asText().equals("shown")).toList();
        assertThat(shown).as(place + operation).hasSize(1);
        assertThat(shown.get(0).path("resources").toString()).contains("Observation/t1-be-told");
      }
    }
  }

  private void assertNotRun(String operation, String place, String entry) {
    String other = "{\"request\":{\"method\":\"GET\",\"url\":\"Observation/t1-be-told\"}}";
    HttpResponse<String> batch =
        server.ask(server.tokens().of(DemoRole.COMPLIANCE), "POST", "", bundle("batch", entry));
    assertThat(batch.statusCode()).as(batch.body()).isEqualTo(200);
    Bundle answer =
        FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, batch.body());
    assertThat(answer.getEntryFirstRep().getResponse().getStatus())
        .as(place + operation)
        .startsWith("4");
    HttpResponse<String> beside =
        server.ask(
            reader, "POST", "", bundle("batch", entry + "," + other), "Accept-Encoding", "gzip");
    assertThat(beside.statusCode()).isEqualTo(200);
    HttpResponse<String> transaction =
        server.ask(reader, "POST", "", bundle("transaction", entry + "," + other));
    assertThat(transaction.statusCode() / 100).as(transaction.body()).isEqualTo(4);
  }

  private static String bundle(String type, String entries) {
    return "{\"resourceType\":\"Bundle\",\"type\":\"" + type + "\",\"entry\":[" + entries + "]}";
  }

  /** Whatever operation there is, HAPI's own included. */
  private List<String> writtenByThemselves() {
    RestfulServer hapi = server.server().bean(RestfulServer.class);
    Stream<BaseMethodBinding> ofTypes =
        hapi.getResourceBindings().stream().flatMap(type -> type.getMethodBindings().stream());
    Stream<String> found =
        Stream.concat(hapi.getServerBindings().stream(), ofTypes)
            .map(binding -> binding.getMethod().getAnnotation(Operation.class))
            .filter(operation -> operation != null && operation.manualResponse())
            .map(Operation::name);
    // one of all types, which HAPI does not list
    return Stream.concat(found, Stream.of("$proof")).distinct().toList();
  }

  @Test
  @DisplayName("DIS-4 a batch is a record for each of its entries, refused ones included")
  void batch() {
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
          {"request":{"method":"GET","url":"Observation/t1-be-told"}},
          {"request":{"method":"GET","url":"Observation?patient=be-told"}},
          {"request":{"method":"GET","url":"Observation/t1-be-shut"}},
          {"request":{"method":"GET","url":"Observation/never-was"}}]}
        """;
    int told = journal.records("be-told").size();
    int shut = journal.records("be-shut").size();
    int nobody = journal.records("").size();
    HttpResponse<String> answer = server.ask(reader, "POST", "", batch);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(journal.records("be-told")).hasSize(told + 2);
    assertThat(journal.records("be-shut")).hasSize(shut + 1);
    assertThat(journal.records("")).hasSize(nobody + 1);
    assertThat(journal.records("be-shut").get(shut).path("interaction").asText())
        .isEqualTo("entry GET Observation");
  }

  @Test
  @DisplayName("DIS-1 an operation in a batch is told to its own patient, and no other entry is")
  void operationsInABatch() {
    String explain =
        "$explain-access?resource=Observation/t1-be-shut&reader=Practitioner/be-nosy&purpose=TREAT";
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
          {"request":{"method":"GET","url":"Organization/none"}},
          {"request":{"method":"GET","url":"%s"}},
          {"request":{"method":"GET","url":"Consent/c-be-told/$ledger-status"}},
          {"request":{"method":"DELETE","url":"Organization/none"}}]}
        """
            .formatted(explain);
    int told = journal.records("be-told").size();
    int shut = journal.records("be-shut").size();
    HttpResponse<String> answer = server.ask(stranger, "POST", "", batch);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<JsonNode> withheld = journal.records("be-shut");
    assertThat(withheld).hasSize(shut + 1);
    assertThat(withheld.get(shut).path("interaction").asText())
        .isEqualTo("entry GET $explain-access");
    assertThat(withheld.get(shut).path("outcome").asText()).isEqualTo("refused");
    List<JsonNode> disclosed = journal.records("be-told");
    assertThat(disclosed).hasSize(told + 1);
    assertThat(disclosed.get(told).path("interaction").asText()).isEqualTo("entry GET Consent");
  }
}
