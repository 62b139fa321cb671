package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What comes along with a search hangs on what is shown, by reference or by canonical URL (G5). */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class IncludesHttpTest {
  private final GatedServer server = GatedServer.shared();
  private String doctor;

  @BeforeAll
  void seed() {
    server.patient("incl");
    server.consent(
        "incl-consent",
        "incl",
        "incl-doctor",
        "TREAT",
        "\"securityLabel\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"N\"}],");
    doctor = server.tokens().practitioner("incl-doctor", "TREAT");
    for (String label : List.of("N", "R")) {
      String id = "incl-" + label;
      server.load(
          "Questionnaire/" + id,
          "{\"resourceType\":\"Questionnaire\",\"id\":\"%s\",\"status\":\"active\",\"url\":\"http://x.example/%s\",\"title\":\"title-%s\"}"
              .formatted(id, id, id));
      server.load(
          "QuestionnaireResponse/" + id,
          "{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"%s\",\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"%s\"}]},\"status\":\"completed\",\"questionnaire\":\"http://x.example/%s\",\"subject\":{\"reference\":\"Patient/incl\"}}"
              .formatted(id, label, id));
      server.load(
          "Observation/" + id,
          GatedServer.observationOf(
              id,
              "\"subject\":{\"reference\":\"Patient/incl\"},\"derivedFrom\":[{\"reference\":\"QuestionnaireResponse/%s\"}]"
                  .formatted(id)));
      server.load(
          "QuestionnaireResponse/from-" + id,
          "{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"from-%s\",\"status\":\"completed\",\"partOf\":[{\"reference\":\"Observation/%s\"}],\"subject\":{\"reference\":\"Patient/incl\"}}"
              .formatted(id, id));
    }
  }

  @Test
  @DisplayName("G5 G7 $everything holds nothing that only hidden resources lead to")
  void everything() {
    for (String name : List.of("shown", "hid", "both")) {
      server.load(
          "Practitioner/incl-" + name,
          "{\"resourceType\":\"Practitioner\",\"id\":\"incl-%s\"}".formatted(name));
    }
    stay("incl-N-stay", "N", "incl-shown", "incl-both");
    stay("incl-R-stay", "R", "incl-hid", "incl-both");
    for (String path :
        List.of(
            "Patient/incl/$everything",
            "Patient/incl/$everything?_count=50",
            "Patient/incl/$everything?_count=2")) {
      assertThat(along(path))
          .contains("\"searchset\"")
          .doesNotContain("incl-R-stay", "incl-hid", "title-incl-R");
    }
    assertThat(along("Patient/incl/$everything?_count=50")).contains("incl-N-stay");
    // HAPI follows the references of hidden resources as well where it is asked for a place
    assertThat(server.get(doctor, "Patient/incl/$everything?_offset=0&_count=100").statusCode())
        .isEqualTo(400);
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"request\":{\"method\":\"GET\",\"url\":\"Patient/incl/$everything?_count=50\"}}]}";
    assertThat(server.ask(doctor, "POST", "", batch).body())
        .contains("incl-N-stay")
        .doesNotContain("incl-R-stay", "incl-hid");
  }

  private void stay(String id, String label, String... practitioners) {
    StringBuilder participants = new StringBuilder();
    for (String one : practitioners) {
      participants
          .append(participants.isEmpty() ? "" : ",")
          .append("{\"individual\":{\"reference\":\"Practitioner/" + one + "\"}}");
    }
    server.load(
        "Encounter/" + id,
        "{\"resourceType\":\"Encounter\",\"id\":\"%s\",\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"%s\"}]},\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/incl\"},\"participant\":[%s]}"
            .formatted(id, label, participants));
  }

  private String along(String query) {
    return server.get(doctor, query).body();
  }

  /** HAPI follows a canonical URL further on where the search is for the type that has it. */
  private String furtherOn(String label) {
    return along(
        "QuestionnaireResponse?_id=from-incl-%s&_include=QuestionnaireResponse:part-of&_include:iterate=Observation:derived-from&_include:iterate=QuestionnaireResponse:questionnaire"
            .formatted(label));
  }

  @Test
  @DisplayName("G5 a Questionnaire comes along with a visible answer to it")
  void comesAlong() {
    assertThat(
            along("QuestionnaireResponse?_id=incl-N&_include=QuestionnaireResponse:questionnaire"))
        .contains("title-incl-N");
    assertThat(furtherOn("N")).contains("from-incl-N", "secret-incl-N", "title-incl-N");
  }

  @Test
  @DisplayName("G5 and not through a hidden answer, which it would tell of")
  void notThroughWhatIsHidden() {
    assertThat(furtherOn("R"))
        .contains("from-incl-R", "secret-incl-R")
        .doesNotContain("title-incl-R", "QuestionnaireResponse\",\"id\":\"incl-R");
  }

  private void during(String id, String label, String more) {
    server.load(
        "Observation/" + id,
        "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"%s\"}]},\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/incl\"}%s}"
            .formatted(id, label, more));
  }

  @Test
  @DisplayName(
      "G5 what a hidden resource leads to stays away where something shown connects it, too")
  void connectedOtherwise() {
    server.load(
        "Encounter/incl-e",
        "{\"resourceType\":\"Encounter\",\"id\":\"incl-e\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/incl\"}}");
    for (String label : List.of("N", "R")) {
      String leads = "incl-leads-" + label;
      during(leads, label, ",\"encounter\":{\"reference\":\"Encounter/incl-e\"}");
      during(
          "incl-seen-" + label,
          "N",
          ",\"hasMember\":[{\"reference\":\"Observation/%s\"}]".formatted(leads));
    }
    String forward = "Observation?_id=incl-seen-%s&_include=*&_include:iterate=*";
    String back =
        "Encounter?_id=incl-e&_include=Encounter:subject&_revinclude:iterate=Observation:encounter&_revinclude:iterate=Observation:has-member";
    for (String page : List.of("", "&_count=5")) {
      assertThat(along(forward.formatted("N") + page))
          .contains("Observation/incl-leads-N", "Encounter/incl-e");
      assertThat(along(forward.formatted("R") + page))
          .contains("Patient/incl")
          .doesNotContain("Encounter/incl-e");
      assertThat(along(back + page))
          .contains("Observation/incl-leads-N", "Observation/incl-seen-N")
          .doesNotContain("incl-leads-R", "incl-seen-R");
    }
  }
}
