package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a write refers to: a hidden record answers like one that never was. */
final class WritesAsQuestionsTest extends WritesAsQuestions {
  private static final String JSON = "application/fhir+json";

  private static final String LIBRARY_PLAIN =
      "{\"resourceType\":\"Library\",\"id\":\"wq-library\",\"status\":\"draft\",\"type\":{\"text\":\"x\"}}";
  private static final String LIBRARY =
      "{\"resourceType\":\"Library\",\"title\":\"wq-canonical\",\"status\":\"draft\",\"type\":{\"text\":\"x\"},\"relatedArtifact\":[{\"type\":\"depends-on\",\"resource\":\"%s\"}]}";
  private static final String ANSWERS =
      "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"subject\":{\"reference\":\"Patient/wq-mine\"},\"questionnaire\":\"%s\"}";

  WritesAsQuestionsTest() {
    super("wq");
  }

  @BeforeAll
  void seed() {
    server.load(
        "Questionnaire/wq-secret",
        "{\"resourceType\":\"Questionnaire\",\"id\":\"wq-secret\",\"status\":\"active\",\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Patient/wq-hers\"}}]}");
    server.load(
        "Encounter/wq-hers",
        "{\"resourceType\":\"Encounter\",\"id\":\"wq-hers\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/wq-hers\"}}");
  }

  @ParameterizedTest
  @DisplayName("W-2 a reference to a hidden record is answered like one to none, in every form")
  @ValueSource(
      strings = {
        "Patient/%s",
        "/Patient/%s",
        "./Patient/%s",
        "../Patient/%s",
        "x/Patient/%s",
        "fhir/Patient/%s",
        "a-longer-prefix/Patient/%s",
        "Patient/%s/_history/1",
        "/Patient/%s/_history/1",
        "BASE/Patient/%s",
        "BASE/Patient/%s/_history/1"
      })
  void everyFormOfReference(String form) {
    String base = server.server().url("fhir").toString();
    String hidden = form.replace("BASE", base).formatted("wq-hers");
    String missing = form.replace("BASE", base).formatted("wq-none");
    alike(
        server.ask(doctor, "POST", "Observation", observation(hidden)),
        server.ask(doctor, "POST", "Observation", observation(missing)));
    alike(put(hidden), put(missing));
    alike(
        server.ask(doctor, "POST", "", transaction(posted(hidden))),
        server.ask(doctor, "POST", "", transaction(posted(missing))));
    String basic =
        "{\"resourceType\":\"HealthcareService\",\"extension\":[{\"url\":\"urn:x\",\"valueReference\":{\"reference\":\"%s\"}}]}";
    alike(
        server.ask(doctor, "POST", "HealthcareService", basic.formatted(hidden)),
        server.ask(doctor, "POST", "HealthcareService", basic.formatted(missing)));
    nothingReachedHer();
  }

  /** HAPI does not look at it; whose the resource is, and so who may read it, hangs on it. */
  @Test
  @DisplayName("W-2 the address of an attachment tells nothing, and names nobody else's record")
  void addressesOfAttachments() {
    String open =
        "{\"resourceType\":\"HealthcareService\",\"extension\":[{\"url\":\"urn:x\",\"valueAttachment\":{\"url\":\"%s\"}}]}";
    String mine =
        "{\"resourceType\":\"DocumentReference\",\"status\":\"current\",\"subject\":{\"reference\":\"Patient/wq-mine\"},\"content\":[{\"attachment\":{\"url\":\"%s\"}}]}";
    String base = server.server().url("fhir").toString();
    for (String form : List.of("%s", "%s/_history/1", base + "/%s")) {
      for (String pair :
          List.of(
              "Organization/wq-secret Organization/wq-none",
              "Patient/wq-hers Patient/wq-none",
              "Observation/wq-o-hers Observation/wq-none")) {
        String hidden = form.formatted(pair.substring(0, pair.indexOf(' ')));
        String missing = form.formatted(pair.substring(pair.indexOf(' ') + 1));
        alike(
            server.ask(doctor, "POST", "HealthcareService", open.formatted(hidden)),
            server.ask(doctor, "POST", "HealthcareService", open.formatted(missing)));
        alike(
            server.ask(doctor, "POST", "DocumentReference", mine.formatted(hidden)),
            server.ask(doctor, "POST", "DocumentReference", mine.formatted(missing)));
      }
    }
    HttpResponse<String> elsewhere =
        server.ask(
            doctor, "POST", "DocumentReference", mine.formatted("https://x.example/Patient/1"));
    assertThat(elsewhere.statusCode()).as(elsewhere.body()).isEqualTo(201);
    String hers =
        server.get(server.tokens().patient("wq-hers"), "DocumentReference?_count=50").body();
    assertThat(hers).doesNotContain("wq-mine");
  }

  private HttpResponse<String> put(String reference) {
    String body = observation(reference).replace("\"status\"", "\"id\":\"wq-o-mine\",\"status\"");
    return server.ask(doctor, "PUT", "Observation/wq-o-mine", body);
  }

  private static String posted(String reference) {
    return entry("POST", "Observation", observation(reference), "");
  }

  /** HAPI links what a canonical names by type and id, as it links a reference. */
  @ParameterizedTest
  @DisplayName("W-2 a canonical that names a record by its id is decided like a reference to it")
  @ValueSource(
      strings = {
        "%s",
        "/%s",
        "./%s",
        "x/%s",
        "%s/_history/1",
        "%s|1",
        "%s#part",
        "BASE/%s",
        "urn:x/%s"
      })
  void everyFormOfCanonical(String form) {
    String base = server.server().url("fhir").toString();
    for (String pair :
        List.of(
            "Observation/wq-o-hers Observation/wq-none",
            "Patient/wq-hers Patient/wq-none",
            "Organization/wq-secret Organization/wq-none",
            "Questionnaire/wq-secret Questionnaire/wq-none")) {
      String hidden = form.replace("BASE", base).formatted(pair.split(" ", 2)[0]);
      String missing = form.replace("BASE", base).formatted(pair.split(" ", 2)[1]);
      for (String body : List.of(LIBRARY, ANSWERS)) {
        String type = body.equals(LIBRARY) ? "Library" : "QuestionnaireResponse";
        List<HttpResponse<String>> answers =
            List.of(
                server.ask(doctor, "POST", type, body.formatted(hidden)),
                server.ask(doctor, "POST", type, body.formatted(missing)));
        if (form.startsWith("urn:") || form.startsWith("BASE")) {
          assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(201);
        } else {
          alike(answers.get(0), answers.get(1));
          alike(
              server.ask(doctor, "POST", "", transaction(posted(type, body, hidden))),
              server.ask(doctor, "POST", "", transaction(posted(type, body, missing))));
        }
      }
    }
  }

  private static String posted(String type, String body, String canonical) {
    return entry("POST", type, body.formatted(canonical), "");
  }

  @Test
  @DisplayName("W-2 a patient's own canonicals, and those that a patch adds, are decided as well")
  void canonicalsOfPatientsAndPatches() {
    String mine = server.tokens().patient("wq-mine");
    alike(
        server.ask(
            mine, "POST", "QuestionnaireResponse", ANSWERS.formatted("Observation/wq-o-hers")),
        server.ask(
            mine, "POST", "QuestionnaireResponse", ANSWERS.formatted("Observation/wq-none")));
    server.load("Library/wq-library", LIBRARY_PLAIN);
    alike(canonicalPatch("Observation/wq-o-hers"), canonicalPatch("Observation/wq-none"));
    assertThat(server.get(doctor, "Library/wq-library").body()).doesNotContain("Observation");
    for (String known : List.of("Observation/wq-o-mine", "Patient/wq-mine")) {
      HttpResponse<String> stored = server.ask(doctor, "POST", "Library", LIBRARY.formatted(known));
      assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
    }
    // what it names makes it a patient's, as a reference does
    String stranger = server.tokens().practitioner("wq-stranger", "TREAT");
    assertThat(server.get(stranger, "Library?title=wq-canonical").body())
        .doesNotContain("wq-mine", "wq-o-mine");
    assertThat(server.get(doctor, "Library?title=wq-canonical").body())
        .contains("Patient/wq-mine", "Observation/wq-o-mine");
  }

  private HttpResponse<String> canonicalPatch(String canonical) {
    String patch =
        "[{\"op\":\"add\",\"path\":\"/relatedArtifact\",\"value\":[{\"type\":\"depends-on\",\"resource\":\"%s\"}]}]";
    return server.ask(doctor, "PATCH", "Library/wq-library", patch.formatted(canonical));
  }

  @ParameterizedTest
  @DisplayName("W-2 W-6 a patch adds no reference to a hidden record, and moves nothing into one")
  @ValueSource(
      strings = {
        "Patient/%s",
        "/Patient/%s",
        "./Patient/%s",
        "x/Patient/%s",
        "Patient/%s/_history/1"
      })
  void everyKindOfPatch(String form) {
    String hidden = form.formatted("wq-hers");
    String missing = form.formatted("wq-none");
    for (String path : List.of("subject", "performer")) {
      alike(jsonPatch(path, hidden), jsonPatch(path, missing));
      alike(xmlPatch(path, hidden), xmlPatch(path, missing));
      alike(fhirPathPatch(path, hidden), fhirPathPatch(path, missing));
    }
    alike(patchInTransaction(hidden), patchInTransaction(missing));
    for (String bundle : List.of("transaction", "batch")) {
      assertThat(face(binaryPatch(bundle, "subject", hidden)))
          .isEqualTo(face(binaryPatch(bundle, "subject", missing)));
      String hers = hidden.replace("Patient", "Encounter");
      String none = missing.replace("Patient", "Encounter");
      assertThat(face(binaryPatch(bundle, "encounter", hers)))
          .isEqualTo(face(binaryPatch(bundle, "encounter", none)))
          .contains(HIDDEN);
    }
    nothingReachedHer();
    assertThat(server.get(doctor, "Observation/wq-o-mine").body())
        .contains("Patient/wq-mine")
        .doesNotContain("Patient/wq-hers", "performer");
  }

  private HttpResponse<String> jsonPatch(String path, String reference) {
    String patch =
        path.equals("subject")
            ? "[{\"op\":\"replace\",\"path\":\"/subject/reference\",\"value\":\"%s\"}]"
            : "[{\"op\":\"add\",\"path\":\"/performer\",\"value\":[{\"reference\":\"%s\"}]}]";
    return server.ask(doctor, "PATCH", "Observation/wq-o-mine", patch.formatted(reference));
  }

  private HttpResponse<String> xmlPatch(String path, String reference) {
    String patch =
        path.equals("subject")
            ? "<diff xmlns:f=\"http://hl7.org/fhir\"><replace"
                + " sel=\"f:Observation/f:subject/f:reference/@value\">%s</replace></diff>"
            : "<diff xmlns:f=\"http://hl7.org/fhir\"><add sel=\"f:Observation/f:subject\""
                + " pos=\"after\"><performer xmlns=\"http://hl7.org/fhir\"><reference"
                + " value=\"%s\"/></performer></add></diff>";
    return server.askAs(
        "application/xml-patch+xml",
        doctor,
        "PATCH",
        "Observation/wq-o-mine",
        patch.formatted(reference));
  }

  private HttpResponse<String> fhirPathPatch(String path, String reference) {
    return server.askAs(JSON, doctor, "PATCH", "Observation/wq-o-mine", fhirPath(path, reference));
  }

  private HttpResponse<String> patchInTransaction(String reference) {
    return server.ask(
        doctor,
        "POST",
        "",
        transaction(entry("PATCH", "Observation/wq-o-mine", fhirPath("performer", reference), "")));
  }

  /** A JSON patch as HAPI takes it in a bundle: nobody but HAPI reads it before it is applied. */
  private HttpResponse<String> binaryPatch(String bundle, String path, String reference) {
    String patch =
        "[{\"op\":\"add\",\"path\":\"/%s\",\"value\":{\"reference\":\"%s\"}}]"
            .formatted(path, reference);
    String data = Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8));
    String binary =
        "{\"resourceType\":\"Binary\",\"contentType\":\"application/json-patch+json\",\"data\":\"%s\"}"
            .formatted(data);
    String entries = transaction(entry("PATCH", "Observation/wq-o-mine", binary, ""));
    return server.ask(doctor, "POST", "", entries.replace("transaction", bundle));
  }

  @Test
  @DisplayName(
      "W-2 a reference to what may be seen, and to what the same transaction brings, is stored")
  void goodReferencesAreStored() {
    for (String form : List.of("Patient/wq-mine", "Patient/wq-mine/_history/1")) {
      HttpResponse<String> stored = server.ask(doctor, "POST", "Observation", observation(form));
      assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
    }
    String device = "{\"resourceType\":\"Device\",\"patient\":{\"reference\":\"Patient/wq-mine\"}}";
    String together =
        transaction(
            entry("POST", "Device", device, "")
                .replaceFirst(
                    "\\{", "{\"fullUrl\":\"urn:uuid:0b7e4a0e-7d0c-4a83-8c0c-9c1b8d8a8f01\","),
            entry(
                "POST",
                "Observation",
                observation("Patient/wq-mine")
                    .replace(
                        "\"status\"",
                        "\"device\":{\"reference\":\"urn:uuid:0b7e4a0e-7d0c-4a83-8c0c-9c1b8d8a8f01\"},\"status\""),
                ""));
    HttpResponse<String> stored = server.ask(doctor, "POST", "", together);
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
    assertThat(stored.body()).contains("201 Created").doesNotContain("\"403 ");
  }

  @Test
  @DisplayName("W-2 what a visible resource refers to already may stay")
  void oldReferencesStay() {
    server.load(
        "Encounter/wq-visit",
        "{\"resourceType\":\"Encounter\",\"id\":\"wq-visit\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/wq-hers\"}}");
    String body =
        observation("Patient/wq-mine")
            .replace(
                "\"status\"",
                "\"id\":\"wq-o-visit\",\"encounter\":{\"reference\":\"Encounter/wq-visit\"},\"status\"");
    server.load("Observation/wq-o-visit", body);
    String changed = body.replace("final", "amended");
    HttpResponse<String> stored = server.ask(doctor, "PUT", "Observation/wq-o-visit", changed);
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
    String patch = "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"corrected\"}]";
    HttpResponse<String> patched = server.ask(doctor, "PATCH", "Observation/wq-o-visit", patch);
    assertThat(patched.statusCode()).as(patched.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @DisplayName("W-2 an operator's ImplementationGuide tells nobody either")
  @ValueSource(strings = {"Patient/%s", "/Patient/%s"})
  void implementationGuides(String form) {
    String both =
        server.tokens().of("Practitioner/wq-op", "", "anchor/operator user/*.cruds", "TREAT");
    String guide =
        "{\"resourceType\":\"ImplementationGuide\",\"url\":\"urn:wq:guide\",\"name\":\"G\",\"status\":\"draft\",\"packageId\":\"g\",\"fhirVersion\":[\"4.0.1\"],\"definition\":{\"resource\":[{\"reference\":{\"reference\":\"%s\"}}]}}";
    alike(
        server.ask(both, "POST", "ImplementationGuide", guide.formatted(form.formatted("wq-hers"))),
        server.ask(
            both, "POST", "ImplementationGuide", guide.formatted(form.formatted("wq-none"))));
  }
}
