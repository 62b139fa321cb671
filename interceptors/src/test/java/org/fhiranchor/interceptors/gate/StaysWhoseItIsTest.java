package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No clinician's write makes a patient's what was everybody's, or nobody's what was a patient's.
 */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class StaysWhoseItIsTest {
  private final GatedServer server = GatedServer.shared();
  private String doctor;

  @BeforeAll
  void seed() {
    server.patient("stay-mine");
    server.patient("stay-hers");
    server.consent("stay-consent", "stay-mine", "stay-doctor", "TREAT");
    server.load(
        "Organization/stay-org",
        "{\"resourceType\":\"Organization\",\"id\":\"stay-org\",\"name\":\"Plain\"}");
    doctor = server.tokens().practitioner("stay-doctor", "TREAT");
  }

  @Test
  @DisplayName("W-6 a clinician gives what is everybody's to no patient, and opens nothing by it")
  void everybodysStaysEverybodys() {
    server.load(
        "Practitioner/stay-everybodys",
        "{\"resourceType\":\"Practitioner\",\"id\":\"stay-everybodys\"}");
    server.load(
        "Observation/stay-unlinked",
        GatedServer.observationOf(
            "stay-unlinked", "\"performer\":[{\"reference\":\"Practitioner/stay-everybodys\"}]"));
    assertThat(server.get(doctor, "Observation/stay-unlinked").statusCode()).isEqualTo(403);
    String mine =
        "{\"resourceType\":\"Practitioner\",\"id\":\"stay-everybodys\",\"extension\":[{\"url\":\"http://x/y\",\"valueReference\":{\"reference\":\"Patient/stay-mine\"}}]}";
    assertThat(server.ask(doctor, "PUT", "Practitioner/stay-everybodys", mine).statusCode())
        .isEqualTo(422);
    String patch =
        "[{\"op\":\"add\",\"path\":\"/extension\",\"value\":[{\"url\":\"http://x/y\",\"valueReference\":{\"reference\":\"Patient/stay-mine\"}}]}]";
    assertThat(server.ask(doctor, "PATCH", "Practitioner/stay-everybodys", patch).statusCode())
        .isEqualTo(422);
    assertThat(server.get(doctor, "Observation/stay-unlinked").statusCode()).isEqualTo(403);
    String hers = mine.replace("stay-mine", "stay-hers");
    String none = mine.replace("stay-mine", "stay-none");
    HttpResponse<String> hidden = server.ask(doctor, "PUT", "Practitioner/stay-everybodys", hers);
    HttpResponse<String> missing = server.ask(doctor, "PUT", "Practitioner/stay-everybodys", none);
    assertThat(hidden.statusCode()).isEqualTo(403).isEqualTo(missing.statusCode());
    assertThat(hidden.body()).isEqualTo(missing.body());
    String renamed =
        "{\"resourceType\":\"Practitioner\",\"id\":\"stay-everybodys\",\"active\":true}";
    assertThat(server.ask(doctor, "PUT", "Practitioner/stay-everybodys", renamed).statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("W-6 a clinician takes no record out of its patient's hands")
  void staysSomebodys() {
    server.observation("stay-stays", "stay-mine");
    for (String subject :
        new String[] {
          "",
          "\"subject\":{\"reference\":\"http://evil.example/fhir/Patient/stay-mine\"}",
          "\"performer\":[{\"reference\":\"Organization/stay-org\"}]"
        }) {
      String moved = GatedServer.observationOf("stay-stays", subject);
      HttpResponse<String> answer =
          server.ask(
              doctor, "PUT", "Observation/stay-stays", moved.replace(",}", "}").replace(",,", ","));
      assertThat(answer.statusCode()).as(subject + answer.body()).isEqualTo(422);
    }
    HttpResponse<String> patched =
        server.ask(
            doctor,
            "PATCH",
            "Observation/stay-stays",
            "[{\"op\":\"remove\",\"path\":\"/subject\"}]");
    assertThat(patched.statusCode()).as(patched.body()).isEqualTo(422);
    assertThat(server.get(doctor, "Observation/stay-stays").statusCode()).isEqualTo(200);
    server.observation("stay-stays", "stay-mine");
  }

  @Test
  @DisplayName("W-6 whether a write moves a record is not counted as if somebody asked for it")
  void movesAreNotCounted() {
    server.observation("stay-counted", "stay-mine");
    String same =
        GatedServer.observationOf(
            "stay-counted",
            "\"subject\":{\"reference\":\"Patient/stay-mine\"},\"valueString\":\"new\"");
    double before = server.permitted();
    assertThat(server.ask(doctor, "PUT", "Observation/stay-counted", same).statusCode())
        .isEqualTo(200);
    assertThat(server.permitted() - before).isEqualTo(3);
  }

  private static String binary(String id, String more) {
    return "{\"resourceType\":\"Binary\",\"id\":\"%s\",%s\"contentType\":\"text/plain\",\"data\":\"YQ==\"}"
        .formatted(id, more);
  }

  private static String photo(String id, String binary) {
    return "{\"resourceType\":\"Practitioner\",\"id\":\"%s\",\"photo\":[{\"url\":\"Binary/%s\"}]}"
        .formatted(id, binary);
  }

  private static String document(String binary) {
    return "{\"resourceType\":\"DocumentReference\",\"status\":\"current\",\"subject\":{\"reference\":\"Patient/stay-mine\"},\"content\":[{\"attachment\":{\"url\":\"Binary/%s\"}}]}"
        .formatted(binary);
  }

  @Test
  @DisplayName("W-6 nobody makes a patient's what everybody may see by referring to it")
  void everybodysBinary() {
    server.load("Binary/stay-photo", binary("stay-photo", ""));
    server.load("Practitioner/stay-shown", photo("stay-shown", "stay-photo"));
    String patient = server.tokens().patient("stay-mine");
    String stranger = server.tokens().practitioner("stay-stranger", "TREAT");
    assertThat(server.get(stranger, "Binary/stay-photo").statusCode()).isEqualTo(200);
    String mine = "\"securityContext\":{\"reference\":\"Patient/stay-mine\"},";
    String both =
        server
            .tokens()
            .of(
                "Practitioner/stay-doctor",
                "",
                "system/DocumentReference.cruds user/*.cruds",
                "TREAT");
    for (String token : new String[] {patient, doctor, both}) {
      HttpResponse<String> taken =
          server.ask(token, "POST", "DocumentReference", document("stay-photo"));
      assertThat(taken.statusCode()).as(taken.body()).isEqualTo(422);
      HttpResponse<String> given =
          server.ask(token, "PUT", "Binary/stay-photo", binary("stay-photo", mine));
      assertThat(given.statusCode()).as(given.body()).isIn(403, 422);
    }
    assertThat(server.get(stranger, "Binary/stay-photo").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("OWN-2 a back-end service may, and what shows it stays everybody's")
  void everybodysBinaryByAService() {
    server.load("Binary/stay-taken", binary("stay-taken", ""));
    server.load("Practitioner/stay-shows", photo("stay-shows", "stay-taken"));
    server.load(
        "PractitionerRole/stay-role",
        "{\"resourceType\":\"PractitionerRole\",\"id\":\"stay-role\",\"practitioner\":{\"reference\":\"Practitioner/stay-shows\"}}");
    server.load(
        "DocumentReference/stay-takes",
        document("stay-taken").replace("\"status\"", "\"id\":\"stay-takes\",\"status\""));
    String stranger = server.tokens().practitioner("stay-stranger", "TREAT");
    assertThat(server.get(stranger, "Practitioner/stay-shows").statusCode()).isEqualTo(200);
    assertThat(server.get(stranger, "PractitionerRole/stay-role").statusCode()).isEqualTo(200);
    assertThat(server.get(stranger, "Binary/stay-taken").statusCode()).isEqualTo(403);
    assertThat(server.get(doctor, "Binary/stay-taken").statusCode()).isEqualTo(200);
    HttpResponse<String> shown =
        server.ask(doctor, "PUT", "Practitioner/stay-doctor", photo("stay-doctor", "stay-taken"));
    assertThat(shown.statusCode()).as(shown.body()).isEqualTo(422);
  }

  @Test
  @DisplayName("OWN-2 whoever made a Binary may say whose it is")
  void ownBinary() {
    String binary =
        "{\"resourceType\":\"Binary\",%s\"contentType\":\"text/plain\",\"data\":\"YQ==\"}";
    HttpResponse<String> made = server.ask(doctor, "POST", "Binary", binary.formatted(""));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    String id =
        made.headers()
            .firstValue("Location")
            .orElseThrow()
            .replaceAll(".*/Binary/([^/]+)/.*", "$1");
    String mine =
        "\"id\":\"%s\",\"securityContext\":{\"reference\":\"Patient/stay-mine\"},".formatted(id);
    HttpResponse<String> given = server.ask(doctor, "PUT", "Binary/" + id, binary.formatted(mine));
    assertThat(given.statusCode()).as(given.body()).isEqualTo(200);
  }

  private static String subject(String more) {
    return "\"subject\":{\"reference\":\"Patient/stay-mine\"}," + more;
  }

  @ParameterizedTest
  @DisplayName("W-6 nobody writes what nobody could read: a patient who cannot be made out")
  @ValueSource(
      strings = {
        "\"performer\":[{\"type\":\"Patient\",\"identifier\":{\"system\":\"urn:mrn\",\"value\":\"1\"}}]",
        "\"performer\":[{\"type\":\"http://hl7.org/fhir/StructureDefinition/Patient\",\"display\":\"x\"}]",
        "\"performer\":[{\"reference\":\"http://elsewhere.example/fhir/Patient/9\"}]",
        "\"focus\":[{\"reference\":\"http://elsewhere.example/fhir/Patient/9\"}]",
        "\"extension\":[{\"url\":\"urn:x\",\"valueReference\":{\"reference\":\"http://elsewhere.example/fhir/Patient/9\"}}]",
        "\"contained\":[{\"resourceType\":\"Observation\",\"id\":\"z\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"identifier\":{\"value\":\"1\"}}}],\"hasMember\":[{\"reference\":\"#z\"}]"
      })
  void nobodyBeside(String unknown) {
    server.observation("stay-beside", "stay-mine");
    String body = GatedServer.observationOf("stay-beside", subject(unknown));
    String fresh = body.replace("\"id\":\"stay-beside\",", "");
    for (String who : List.of(doctor, server.tokens().patient("stay-mine"))) {
      assertThat(server.ask(who, "PUT", "Observation/stay-beside", body).statusCode())
          .isEqualTo(422);
      assertThat(server.ask(who, "POST", "Observation", fresh).statusCode()).isEqualTo(422);
      assertThat(server.get(who, "Observation/stay-beside").statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("W-6 whoever performed it may be named by an identifier")
  void performerByIdentifier() {
    server.observation("stay-performed", "stay-mine");
    String body =
        GatedServer.observationOf(
            "stay-performed",
            subject(
                "\"performer\":[{\"type\":\"Practitioner\",\"identifier\":{\"value\":\"1\"}}]"));
    assertThat(server.ask(doctor, "PUT", "Observation/stay-performed", body).statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("OWN-1 whoever writes an open resource takes away no record that leads to it")
  void manyOpenReferences() {
    server.load(
        "Encounter/stay-enc",
        "{\"resourceType\":\"Encounter\",\"id\":\"stay-enc\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/stay-mine\"}}");
    String many =
        IntStream.range(0, 230)
            .mapToObj(
                i ->
                    "{\"url\":\"urn:x\",\"valueReference\":{\"reference\":\"Location/stay-l%s\"}}"
                        .formatted(i))
            .collect(Collectors.joining(","));
    String places =
        IntStream.range(0, 230)
            .mapToObj(
                i ->
                    "{\"resource\":{\"resourceType\":\"Location\",\"id\":\"stay-l%s\"},\"request\":{\"method\":\"PUT\",\"url\":\"Location/stay-l%s\"}}"
                        .formatted(i, i))
            .collect(Collectors.joining(","));
    assertThat(
            server
                .ask(
                    server.tokens().loader(),
                    "POST",
                    "",
                    "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" + places + "]}")
                .statusCode())
        .isEqualTo(200);
    server.load(
        "Organization/stay-many",
        "{\"resourceType\":\"Organization\",\"id\":\"stay-many\",\"extension\":[" + many + "]}");
    server.load(
        "Organization/stay-ward",
        "{\"resourceType\":\"Organization\",\"id\":\"stay-ward\",\"partOf\":{\"reference\":\"Organization/stay-many\"}}");
    server.load(
        "Observation/stay-led",
        GatedServer.observationOf(
            "stay-led",
            "\"encounter\":{\"reference\":\"Encounter/stay-enc\"},\"performer\":[{\"reference\":\"Organization/stay-ward\"}]"));
    for (String open :
        List.of("Observation/stay-led", "Organization/stay-ward", "Organization/stay-many")) {
      assertThat(server.get(doctor, open).statusCode()).as(open).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("OWN-2 a Binary inside of another resource is not everybody's")
  void embeddedBinaries() {
    String binary =
        "{\"resourceType\":\"Binary\",\"id\":\"b\",\"contentType\":\"text/plain\",\"data\":\"eA==\"}";
    server.load(
        "Bundle/stay-bundle",
        "{\"resourceType\":\"Bundle\",\"id\":\"stay-bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":"
            + binary
            + "}]}");
    server.load(
        "Organization/stay-holds",
        "{\"resourceType\":\"Organization\",\"id\":\"stay-holds\",\"contained\":["
            + binary
            + "],\"extension\":[{\"url\":\"urn:x\",\"valueReference\":{\"reference\":\"#b\"}}]}");
    server.load(
        "Bundle/stay-document",
        "{\"resourceType\":\"Bundle\",\"id\":\"stay-document\",\"type\":\"collection\",\"entry\":[{\"resource\":"
            + binary
            + "},{\"resource\":"
            + GatedServer.observationOf("stay-e", subject("\"valueString\":\"x\""))
            + "}]}");
    assertThat(server.get(doctor, "Bundle/stay-bundle").statusCode()).isEqualTo(403);
    assertThat(server.get(doctor, "Organization/stay-holds").statusCode()).isNotEqualTo(200);
    assertThat(server.get(doctor, "Bundle/stay-document").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("GOV a reference may give its type as a URL")
  void typeAsUrl() {
    server.load(
        "Encounter/stay-enc2",
        "{\"resourceType\":\"Encounter\",\"id\":\"stay-enc2\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/stay-mine\"}}");
    server.load(
        "Observation/stay-typed",
        GatedServer.observationOf(
            "stay-typed",
            "\"subject\":{\"type\":\"http://hl7.org/fhir/StructureDefinition/Patient\",\"identifier\":{\"value\":\"1\"}},\"encounter\":{\"reference\":\"Encounter/stay-enc2\"}"));
    assertThat(server.get(doctor, "Observation/stay-typed").statusCode()).isEqualTo(403);
  }
}
