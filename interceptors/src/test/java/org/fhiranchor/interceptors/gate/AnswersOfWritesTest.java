package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.PreferReturnEnum;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a writer is told: of a write that was stored, and of one that cannot be. */
final class AnswersOfWritesTest {
  private final GatedServer server = GatedServer.shared();

  private String patientOf(String id) {
    server.patient(id);
    server.observation("ob-" + id, id);
    return server.tokens().patient(id);
  }

  private HttpResponse<String> patch(String type, String token, String path, String body) {
    return server.askAs(type, token, "PATCH", path, body);
  }

  private static void assertMendable(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
    assertThat(answer.body()).contains("OperationOutcome");
  }

  private static String binary(String patch) {
    return "{\"resourceType\":\"Binary\",\"contentType\":\"application/xml-patch+xml\",\"data\":\"%s\"}"
        .formatted(Base64.getEncoder().encodeToString(patch.getBytes(UTF_8)));
  }

  /** The same as an entry: HAPI answers what it does not know as a failure of the server. */
  private void assertMendableEntry(String token, String target, String patch) {
    for (String type : List.of("batch", "transaction")) {
      HttpResponse<String> answer =
          server.ask(
              token,
              "POST",
              "",
              "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[{\"request\":{\"method\":\"PATCH\",\"url\":\"%s\"},\"resource\":%s}]}"
                  .formatted(type, target, patch));
      assertThat(answer.body()).contains("the patch cannot be applied", "OperationOutcome");
      if (type.equals("batch")) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).containsPattern("\"status\": *\"422");
      } else {
        assertMendable(answer);
      }
    }
  }

  @Test
  @DisplayName("ANS-1 an XML Patch that matches nothing, or is none, is the sender's to mend")
  void xmlPatch() {
    String token = patientOf("xpatch");
    for (String diff :
        new String[] {
          "<replace sel=\"f:Observation/f:nothing/@value\">x</replace>",
          "<remove sel=\"f:Observation/f:performer\"/>",
          "<add sel=\"///\">x</add>",
          "<nonsense/>"
        }) {
      String body =
          "<?xml version=\"1.0\"?><diff xmlns:f=\"http://hl7.org/fhir\">" + diff + "</diff>";
      HttpResponse<String> answer =
          patch("application/xml-patch+xml", token, "Observation/ob-xpatch", body);
      assertMendable(answer);
      assertThat(answer.body()).contains("the patch cannot be applied to this resource");
      assertMendableEntry(token, "Observation/ob-xpatch", binary(body));
    }
    assertMendable(patch("application/xml-patch+xml", token, "Observation/ob-xpatch", "<diff"));
    assertMendableEntry(token, "Observation/ob-xpatch", binary("<diff"));
    assertThat(server.versions("Observation/ob-xpatch")).containsExactly(1L);
  }

  @Test
  @DisplayName("ANS-1 a FHIRPath Patch that adds an unknown element is the sender's to mend")
  void fhirPathPatch() {
    String token = patientOf("fpatch");
    String body =
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":["
            + "{\"name\":\"type\",\"valueCode\":\"add\"},{\"name\":\"path\",\"valueString\":\"Observation\"},"
            + "{\"name\":\"name\",\"valueString\":\"nonsense\"},"
            + "{\"name\":\"value\",\"valueReference\":{\"reference\":\"Patient/fpatch\"}}]}]}";
    assertMendable(patch("application/fhir+json", token, "Observation/ob-fpatch", body));
    assertMendableEntry(token, "Observation/ob-fpatch", body);
    assertThat(server.versions("Observation/ob-fpatch")).containsExactly(1L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "W/\"x\"", "*", "W/\"99999999999999999999\"", "\"1\", \"2\""})
  @DisplayName("ANS-1 an If-Match that is no version is refused by name, alone and in a bundle")
  void ifMatch(String ifMatch) {
    String id = "etag" + Integer.toHexString(ifMatch.hashCode());
    String token = patientOf(id);
    String body =
        GatedServer.observationOf(
            "ob-" + id,
            "\"subject\":{\"reference\":\"Patient/"
                + id
                + "\"},\"issued\":\"2026-01-01T00:00:00Z\"");
    HttpResponse<String> put =
        server.ask(token, "PUT", "Observation/ob-" + id, body, "If-Match", ifMatch);
    assertMendable(put);
    assertThat(put.body()).contains("If-Match");
    assertMendable(
        server.ask(
            token,
            "PATCH",
            "Observation/ob-" + id,
            "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"amended\"}]",
            "If-Match",
            ifMatch));
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"request\":{\"method\":\"PUT\","
            + "\"url\":\"Observation/ob-%s\",\"ifMatch\":\"%s\"},\"resource\":%s}]}"
                .formatted(id, ifMatch.replace("\"", "\\\""), body);
    assertMendable(server.ask(token, "POST", "", bundle));
    assertThat(server.versions("Observation/ob-" + id)).containsExactly(1L);
    HttpResponse<String> right =
        server.ask(token, "PUT", "Observation/ob-" + id, body, "If-Match", "W/\"1\"");
    assertThat(right.statusCode()).as(right.body()).isEqualTo(200);
  }

  @Test
  @DisplayName("G9 HAPI's client that prefers a representation is told that its write was stored")
  void clientOfHapi() {
    server.load("Patient/unseen", "{\"resourceType\":\"Patient\",\"id\":\"unseen\"}");
    FhirContext fhir = FhirContext.forR4Cached();
    fhir.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    IGenericClient client = fhir.newRestfulGenericClient(server.server().url("fhir").toString());
    client.registerInterceptor(new BearerTokenAuthInterceptor(server.tokens().loader()));
    Observation observation = new Observation();
    observation.setStatus(Observation.ObservationStatus.FINAL);
    observation.getCode().setText("told");
    observation.setSubject(new Reference("Patient/unseen"));
    MethodOutcome created =
        client.create().resource(observation).prefer(PreferReturnEnum.REPRESENTATION).execute();
    assertThat(created.getCreated()).isTrue();
    assertThat(created.getId().getResourceType()).isEqualTo("Observation");
    assertThat(created.getId().getVersionIdPart()).isEqualTo("1");
    assertThat(created.getResource()).isNull();
    observation.setId(created.getId().toUnqualifiedVersionless());
    observation.getCode().setText("told again");
    MethodOutcome updated =
        client.update().resource(observation).prefer(PreferReturnEnum.REPRESENTATION).execute();
    assertThat(updated.getId().getVersionIdPart()).isEqualTo("2");
    assertThat(server.versions("Observation/" + created.getId().getIdPart()))
        .containsExactly(1L, 2L);
  }

  @Test
  @DisplayName("G9 who may see what they wrote gets it, and its absolute address")
  void whoMaySeeIt() {
    String token = patientOf("seen");
    String body =
        GatedServer.observationOf("x", "\"subject\":{\"reference\":\"Patient/seen\"}")
            .replace("\"id\":\"x\",", "");
    HttpResponse<String> answer =
        server.ask(token, "POST", "Observation", body, "Prefer", "return=representation");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.body()).contains("secret-x");
    assertThat(answer.headers().firstValue("Location").orElseThrow()).startsWith("http://");
  }
}
