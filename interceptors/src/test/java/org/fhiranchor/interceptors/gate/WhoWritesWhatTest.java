package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who writes what decides about others, or reaches beyond demographics. */
final class WhoWritesWhatTest extends WritesAsQuestions {
  WhoWritesWhatTest() {
    super("ww");
  }

  @Test
  @DisplayName("W-5 a registrar corrects demographics, and overwrites nothing beyond them")
  void registrarsKeepToDemographics() {
    String plain =
        "{\"resourceType\":\"Patient\",\"id\":\"ww-reg\",\"name\":[{\"family\":\"%s\"}]}";
    assertThat(server.ask(registrar, "PUT", "Patient/ww-reg", plain.formatted("Old")).statusCode())
        .isEqualTo(201);
    assertThat(server.ask(registrar, "PUT", "Patient/ww-reg", plain.formatted("New")).statusCode())
        .isEqualTo(200);
    HttpResponse<String> refused =
        server.ask(
            registrar,
            "PUT",
            "Patient/ww-more",
            plain.formatted("Taken").replace("ww-reg", "ww-more"));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains(HIDDEN);
    assertThat(server.get(server.tokens().patient("ww-more"), "Patient/ww-more").body())
        .contains("urn:x");
    String body = plain.formatted("Reg").replace("\"id\":\"ww-reg\",", "");
    String reading =
        server
            .tokens()
            .of("Practitioner/ww-rg", "", "anchor/registrar user/Patient.crus user/*.rs");
    alike(
        server.ask(
            reading, "POST", "Patient", body, "If-None-Exist", "_has:Observation:patient:code=x"),
        server.ask(reading, "POST", "Patient", body, "If-None-Exist", "organization=ww-org"));
    assertThat(
            server
                .ask(registrar, "POST", "Patient", body, "If-None-Exist", "family=Reg")
                .statusCode())
        .isEqualTo(201);
    assertThat(
            server
                .ask(registrar, "POST", "Patient", body, "If-None-Exist", "family=Reg")
                .statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @DisplayName("W-4 what changes how the server works is written by operators alone")
  @ValueSource(
      strings = {
        "SearchParameter",
        "StructureDefinition",
        "ImplementationGuide",
        "CodeSystem",
        "ValueSet",
        "ConceptMap",
        "NamingSystem"
      })
  void operatorsAlone(String type) {
    String body = "{\"resourceType\":\"%s\",\"id\":\"ww\",\"status\":\"draft\"}".formatted(type);
    for (String token : List.of(doctor, registrar, server.tokens().loader())) {
      HttpResponse<String> refused = server.ask(token, "PUT", type + "/ww", body);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
          .contains("insufficient_scope");
      assertThat(
              server
                  .ask(token, "POST", "", transaction(entry("PUT", type + "/ww", body, "")))
                  .statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  @DisplayName("W-4 a unique index is made by nobody: a conflict would name what is hidden")
  void uniqueIndexes() {
    String plain =
        "{\"resourceType\":\"SearchParameter\",\"url\":\"urn:ww:sp\",\"name\":\"ww\",\"status\":\"active\",\"description\":\"d\",\"code\":\"ww-birth\",\"base\":[\"Patient\"],\"type\":\"date\",\"expression\":\"Patient.birthDate\"}";
    HttpResponse<String> one = server.ask(operator, "POST", "SearchParameter", plain);
    assertThat(one.statusCode()).as(one.body()).isEqualTo(201);
    String combo =
        "{\"resourceType\":\"SearchParameter\",\"extension\":[{\"url\":\"http://hapifhir.io/fhir/StructureDefinition/sp-unique\",\"valueBoolean\":true}],\"url\":\"urn:ww:combo\",\"name\":\"wwc\",\"status\":\"active\",\"description\":\"d\",\"code\":\"ww-combo\",\"base\":[\"Patient\"],\"type\":\"composite\",\"expression\":\"Patient\",\"component\":[{\"definition\":\"urn:ww:sp\",\"expression\":\"Patient\"}]}";
    for (String body : List.of(combo, transaction(entry("POST", "SearchParameter", combo, "")))) {
      HttpResponse<String> refused =
          server.ask(
              operator,
              "POST",
              body.startsWith("{\"resourceType\":\"Bundle") ? "" : "SearchParameter",
              body);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
      assertThat(refused.body()).contains("sp-unique");
    }
  }

  @ParameterizedTest
  @DisplayName("W-4 whom a permit means is written by operators and back-end services")
  @ValueSource(strings = {"Group", "PractitionerRole", "OrganizationAffiliation"})
  void operatorsAndServices(String type) {
    String body =
        "{\"resourceType\":\"%s\",\"id\":\"ww\"%s}"
            .formatted(type, type.equals("Group") ? ",\"type\":\"person\",\"actual\":true" : "");
    for (String token : List.of(doctor, mixedFor(type), registrar)) {
      assertThat(server.ask(token, "PUT", type + "/ww", body).statusCode()).isEqualTo(403);
    }
    for (String token : List.of(server.tokens().loader(), operator)) {
      HttpResponse<String> stored = server.ask(token, "PUT", type + "/ww", body);
      assertThat(stored.statusCode()).as(stored.body()).isBetween(200, 201);
    }
  }

  @Test
  @DisplayName("W-4 a CareTeam is written by its patient, a registrar, an operator or a service")
  void careTeams() {
    String team = "{\"resourceType\":\"CareTeam\",\"subject\":{\"reference\":\"Patient/ww-mine\"}}";
    String op = server.tokens().of("Practitioner/ww-op", "", "anchor/operator user/CareTeam.cruds");
    String reg =
        server.tokens().of("Practitioner/ww-rg", "", "anchor/registrar user/CareTeam.cruds");
    for (String token :
        List.of(server.tokens().patient("ww-mine"), reg, op, server.tokens().loader())) {
      HttpResponse<String> stored = server.ask(token, "POST", "CareTeam", team);
      assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
    }
    for (String token : List.of(doctor, mixedFor("CareTeam"), server.tokens().patient("ww-hers"))) {
      assertThat(server.ask(token, "POST", "CareTeam", team).statusCode()).isEqualTo(403);
    }
  }

  @Test
  @DisplayName("W-6 nothing is moved out of a record that its writer may not write to")
  void nothingIsMovedOut() {
    String moved =
        observation("Patient/ww-mine").replace("\"status\"", "\"id\":\"ww-o-hers\",\"status\"");
    alike(
        server.ask(doctor, "PUT", "Observation/ww-o-hers", moved),
        server.ask(doctor, "PUT", "Observation/ww-none", moved.replace("ww-o-hers", "ww-none")));
    String patch =
        "[{\"op\":\"replace\",\"path\":\"/subject/reference\",\"value\":\"Patient/ww-mine\"}]";
    alike(
        server.ask(doctor, "PATCH", "Observation/ww-o-hers", patch),
        server.ask(doctor, "PATCH", "Observation/ww-none", patch));
    nothingReachedHer();
  }
}
