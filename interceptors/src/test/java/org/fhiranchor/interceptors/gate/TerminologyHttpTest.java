package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import java.net.http.HttpResponse;
import java.util.List;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What HAPI answers from by its URL, to everybody, names nobody (W-4, OWN-3). */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class TerminologyHttpTest {
  private static final String OF_PATIENT =
      "\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Patient/%s\"}}]";

  private final GatedServer server = GatedServer.shared();
  private String operator;
  private String doctor;

  @BeforeAll
  void seed() {
    server.patient("term");
    operator = server.tokens().of(DemoRole.OPERATOR);
    doctor = server.tokens().practitioner("term-doctor", "TREAT");
  }

  private static String valueSet(String id, String more) {
    return "{\"resourceType\":\"ValueSet\",\"id\":\"%s\",\"url\":\"http://x.example/%s\",\"status\":\"active\",\"compose\":{\"include\":[{\"system\":\"http://loinc.org\",\"concept\":[{\"code\":\"secret-%s\"}]}]}%s}"
        .formatted(id, id, id, more.isEmpty() ? "" : "," + more);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Patient/term\"}}]",
        "\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Observation/term-none\"}}]",
        "\"extension\":[{\"url\":\"urn:of\",\"valueAttachment\":{\"url\":\"Patient/term\"}}]",
        "\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"Term\"}]}]"
      })
  @DisplayName("W-4 a ValueSet that names a patient, or refers to what is governed, is refused")
  void namesNobody(String more) {
    String service =
        server.tokens().of("Device/term", "", "anchor/operator system/*.cruds", "TREAT");
    for (String token : List.of(operator, service)) {
      HttpResponse<String> refused =
          server.ask(token, "PUT", "ValueSet/term-refused", valueSet("term-refused", more));
      assertThat(refused.statusCode()).as(refused.body()).isIn(403, 422);
    }
    HttpResponse<String> refused =
        server.ask(service, "PUT", "ValueSet/term-refused", valueSet("term-refused", more));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(refused.body()).contains("want no patient");
    HttpResponse<String> plain =
        server.ask(service, "PUT", "ValueSet/term-plain", valueSet("term-plain", ""));
    assertThat(plain.statusCode()).as(plain.body()).isBetween(200, 201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Organization/term-org\"}}]",
        "\"extension\":[{\"url\":\"urn:of\",\"valueAttachment\":{\"url\":\"Library/term-none\"}}]",
        "\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\",\"partOf\":{\"reference\":\"Organization/term-org\"}}]"
      })
  @DisplayName("W-4 nothing that could become a patient's is referred to from terminology")
  void becomesNobodys(String more) {
    server.load("Organization/term-org", "{\"resourceType\":\"Organization\",\"id\":\"term-org\"}");
    String service =
        server.tokens().of("Device/term", "", "anchor/operator system/*.cruds", "TREAT");
    for (String type : List.of("ValueSet", "CodeSystem", "ConceptMap")) {
      String json =
          "{\"resourceType\":\"%s\",\"id\":\"term-related\",\"url\":\"http://x.example/related\",\"status\":\"active\",%s%s}"
              .formatted(type, type.equals("CodeSystem") ? "\"content\":\"complete\"," : "", more);
      HttpResponse<String> refused = server.ask(service, "PUT", type + "/term-related", json);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    }
    String toTerminology =
        "\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"ValueSet/term-first\"}}]";
    for (String id : List.of("term-first", "term-second")) {
      HttpResponse<String> stored =
          server.ask(
              service,
              "PUT",
              "ValueSet/" + id,
              valueSet(id, id.equals("term-first") ? "" : toTerminology));
      assertThat(stored.statusCode()).as(stored.body()).isBetween(200, 201);
    }
  }

  @Test
  @DisplayName("OWN-3 a hidden one of before is not looked into by its id")
  void operationsOnHiddenOnes() {
    String service =
        server.tokens().of("Device/term", "", "anchor/operator system/*.cruds", "TREAT");
    WriteGate writes =
        server.server().bean(IInterceptorService.class).getAllRegisteredInterceptors().stream()
            .filter(WriteGate.class::isInstance)
            .map(WriteGate.class::cast)
            .findFirst()
            .orElseThrow();
    server.server().bean(IInterceptorService.class).unregisterInterceptor(writes);
    try {
      for (String type : List.of("CodeSystem", "StructureDefinition")) {
        HttpResponse<String> stored =
            server.ask(service, "PUT", type + "/term-hidden", hidden(type));
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
      }
    } finally {
      server.server().bean(IInterceptorService.class).registerInterceptor(writes);
    }
    for (String what :
        List.of(
            "CodeSystem/%s",
            "CodeSystem/%s/_history",
            "CodeSystem/%s/$validate-code?code=secret",
            "StructureDefinition/%s",
            "StructureDefinition/%s/$snapshot")) {
      HttpResponse<String> hidden = server.get(doctor, what.formatted("term-hidden"));
      HttpResponse<String> missing = server.get(doctor, what.formatted("term-none"));
      assertThat(hidden.statusCode()).as(what + hidden.body()).isEqualTo(404);
      assertThat(hidden.body()).isEqualTo(missing.body());
      assertThat(hidden.headers().map().keySet()).isEqualTo(missing.headers().map().keySet());
    }
  }

  private static String hidden(String type) {
    String more =
        type.equals("CodeSystem")
            ? "\"content\":\"complete\",\"concept\":[{\"code\":\"secret\"}]"
            : "\"name\":\"S\",\"kind\":\"resource\",\"abstract\":false,\"type\":\"Patient\",\"baseDefinition\":\"http://hl7.org/fhir/StructureDefinition/Patient\",\"derivation\":\"constraint\",\"differential\":{\"element\":[{\"id\":\"Patient\",\"path\":\"Patient\"}]}";
    return "{\"resourceType\":\"%s\",\"id\":\"term-hidden\",\"url\":\"http://x.example/%s\",\"status\":\"active\",%s,%s}"
        .formatted(type, type, more, OF_PATIENT.formatted("term"));
  }
}
