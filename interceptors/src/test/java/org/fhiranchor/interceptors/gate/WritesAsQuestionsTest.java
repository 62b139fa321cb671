package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every write is a question too: what HAPI resolves, matches or compares while it stores answers
 * alike for a hidden record and for one that never was, and nothing reaches into a stranger's
 * record.
 */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class WritesAsQuestionsTest {
  private static final String HIDDEN = "not available: it does not exist";

  /** Hidden, or refused whatever is stored (ANS-1). */
  private static final String REFUSED = HIDDEN + "|for back-end services";

  private static final String JSON = "application/fhir+json";

  private static final String LIBRARY_PLAIN =
      "{\"resourceType\":\"Library\",\"id\":\"wq-library\",\"status\":\"draft\",\"type\":{\"text\":\"x\"}}";
  private static final String LIBRARY =
      "{\"resourceType\":\"Library\",\"title\":\"wq-canonical\",\"status\":\"draft\",\"type\":{\"text\":\"x\"},\"relatedArtifact\":[{\"type\":\"depends-on\",\"resource\":\"%s\"}]}";
  private static final String ANSWERS =
      "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"subject\":{\"reference\":\"Patient/wq-mine\"},\"questionnaire\":\"%s\"}";

  private final GatedServer server = GatedServer.shared();
  private String doctor;
  private String mixed;
  private String registrar;
  private String operator;

  @BeforeAll
  void seed() {
    server.patient("wq-mine");
    server.patient("wq-hers");
    server.observation("wq-o-mine", "wq-mine");
    server.observation("wq-o-hers", "wq-hers");
    server.consent("wq-consent", "wq-mine", "wq-doctor", "TREAT");
    server.load(
        "Organization/wq-org",
        "{\"resourceType\":\"Organization\",\"id\":\"wq-org\",\"name\":\"Plain\"}");
    server.load("Organization/wq-secret", organization("wq-secret", "wq-hers"));
    server.load(
        "Questionnaire/wq-secret",
        "{\"resourceType\":\"Questionnaire\",\"id\":\"wq-secret\",\"status\":\"active\",\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Patient/wq-hers\"}}]}");
    server.load(
        "Patient/wq-placed",
        "{\"resourceType\":\"Patient\",\"id\":\"wq-placed\",\"name\":[{\"family\":\"Wqfamily\"}],\"managingOrganization\":{\"reference\":\"Organization/wq-org\"}}");
    server.load(
        "Patient/wq-more",
        "{\"resourceType\":\"Patient\",\"id\":\"wq-more\",\"name\":[{\"family\":\"More\"}],\"extension\":[{\"url\":\"urn:x\",\"valueString\":\"hidden\"}]}");
    server.load(
        "Encounter/wq-hers",
        "{\"resourceType\":\"Encounter\",\"id\":\"wq-hers\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/wq-hers\"}}");
    doctor = server.tokens().practitioner("wq-doctor", "TREAT");
    mixed =
        server
            .tokens()
            .of("Practitioner/wq-doctor", "", "system/Organization.cruds user/*.rs", "TREAT");
    registrar = server.tokens().of(DemoRole.REGISTRAR);
    operator = server.tokens().of(DemoRole.OPERATOR);
  }

  private static String organization(String id, String patient) {
    return "{\"resourceType\":\"Organization\",\"id\":\"%s\",\"name\":\"Secret\",\"identifier\":[{\"value\":\"%s\"}],\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Patient/%s\"}}]}"
        .formatted(id, id, patient);
  }

  private static String observation(String reference) {
    return "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"wq\"},\"subject\":{\"reference\":\"%s\"}}"
        .formatted(reference);
  }

  private static String transaction(String... entries) {
    return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[%s]}"
        .formatted(String.join(",", entries));
  }

  private static String entry(String method, String url, String resource, String more) {
    return "{\"resource\":%s,\"request\":{\"method\":\"%s\",\"url\":\"%s\"%s}}"
        .formatted(resource, method, url, more);
  }

  /** Status, body and headers but for the clock. */
  private static String face(HttpResponse<String> answer) {
    return answer.statusCode()
        + " "
        + answer.headers().map().keySet()
        + " "
        + answer
            .body()
            .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "uuid")
            .replaceAll("\"lastUpdated\":\\s*\"[^\"]*\"", "at");
  }

  private void alike(HttpResponse<String> hidden, HttpResponse<String> missing) {
    assertThat(face(hidden)).isEqualTo(face(missing));
    assertThat(hidden.statusCode()).as(hidden.body()).isEqualTo(403);
    assertThat(hidden.body()).containsPattern(REFUSED);
  }

  private String hers() {
    return server.get(server.tokens().patient("wq-hers"), "Observation?patient=wq-hers").body();
  }

  private void nothingReachedHer() {
    assertThat(hers()).contains("wq-o-hers").doesNotContain("\"text\":\"wq\"");
    assertThat(hers()).contains("\"total\":1");
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

  private static String fhirPath(String path, String reference) {
    String type = path.equals("subject") ? "replace" : "add";
    String at = path.equals("subject") ? "Observation.subject" : "Observation";
    String name = path.equals("subject") ? "" : "{\"name\":\"name\",\"valueCode\":\"performer\"},";
    return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":[{\"name\":\"type\",\"valueCode\":\"%s\"},{\"name\":\"path\",\"valueString\":\"%s\"},%s{\"name\":\"value\",\"valueReference\":{\"reference\":\"%s\"}}]}]}"
        .formatted(type, at, name, reference);
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

  @ParameterizedTest
  @DisplayName("W-3 a reference by search tells nothing, in a transaction or alone")
  @ValueSource(
      strings = {
        "Organization?_id=wq-org&_has:Patient:organization:family=%s",
        "Organization?name=Plain&_has:Patient:organization:family=%s",
        "/Organization?_has:Patient:organization:family=%s",
        "Patient?family=%s"
      })
  void referencesBySearch(String search) {
    String of = "{\"resourceType\":\"Location\",\"managingOrganization\":{\"reference\":\"%s\"}}";
    String hit = of.formatted(search.formatted("Wqfamily"));
    String miss = of.formatted(search.formatted("Nobody"));
    for (String token : List.of(doctor, mixedFor("Location"))) {
      alike(
          server.ask(token, "POST", "Location", hit), server.ask(token, "POST", "Location", miss));
      alike(
          server.ask(token, "POST", "", transaction(entry("POST", "Location", hit, ""))),
          server.ask(token, "POST", "", transaction(entry("POST", "Location", miss, ""))));
    }
    String loader = server.tokens().loader();
    alike(
        server.ask(loader, "POST", "", transaction(entry("POST", "Location", hit, ""))),
        server.ask(loader, "POST", "", transaction(entry("POST", "Location", miss, ""))));
  }

  private String mixedFor(String type) {
    return server
        .tokens()
        .of("Practitioner/wq-doctor", "", "system/" + type + ".cruds user/*.rs", "TREAT");
  }

  @ParameterizedTest
  @DisplayName("W-3 conditions are evaluated for nobody who is held to what they may see")
  @CsvSource({
    "identifier=wq-secret, identifier=wq-none",
    "_id=wq-secret, _id=wq-none",
    "_has:Patient:organization:family=Wqfamily, _has:Patient:organization:family=Nobody"
  })
  void conditions(String hit, String miss) {
    String body =
        "{\"resourceType\":\"Organization\",\"name\":\"New\",\"identifier\":[{\"value\":\"wq-secret\"}]}";
    for (String token : List.of(doctor, mixed)) {
      alike(
          server.ask(token, "POST", "Organization", body, "If-None-Exist", hit),
          server.ask(token, "POST", "Organization", body, "If-None-Exist", miss));
      alike(
          server.ask(token, "PUT", "Organization?" + hit, body),
          server.ask(token, "PUT", "Organization?" + miss, body));
      alike(
          server.ask(token, "PATCH", "Organization?" + hit, "[]"),
          server.ask(token, "PATCH", "Organization?" + miss, "[]"));
      alike(
          server.ask(token, "DELETE", "Organization?" + hit, ""),
          server.ask(token, "DELETE", "Organization?" + miss, ""));
      alike(
          server.ask(token, "POST", "", transaction(ifNoneExist(body, hit))),
          server.ask(token, "POST", "", transaction(ifNoneExist(body, miss))));
      alike(
          server.ask(token, "POST", "", transaction(entry("PUT", "Organization?" + hit, body, ""))),
          server.ask(
              token, "POST", "", transaction(entry("PUT", "Organization?" + miss, body, ""))));
    }
    assertThat(server.get(server.tokens().patient("wq-hers"), "Organization/wq-secret").body())
        .contains("\"versionId\":\"1\"", "Secret");
  }

  private static String ifNoneExist(String body, String condition) {
    return entry("POST", "Organization", body, ",\"ifNoneExist\":\"" + condition + "\"");
  }

  @Test
  @DisplayName("W-3 a back-end service looks for what it loads, but not through what is governed")
  void servicesMatchWhatTheyLoad() {
    String loader = server.tokens().loader();
    String body =
        "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:wq\",\"value\":\"1\"}]}";
    assertThat(
            server
                .ask(loader, "POST", "Patient", body, "If-None-Exist", "identifier=urn:wq%7C1")
                .statusCode())
        .isEqualTo(201);
    assertThat(
            server
                .ask(loader, "POST", "Patient", body, "If-None-Exist", "identifier=urn:wq%7C1")
                .statusCode())
        .isEqualTo(200);
    alike(
        server.ask(
            loader,
            "PUT",
            "Organization?_has:Patient:organization:family=Wqfamily",
            "{\"resourceType\":\"Organization\"}"),
        server.ask(
            loader,
            "PUT",
            "Organization?_has:Patient:organization:family=Nobody",
            "{\"resourceType\":\"Organization\"}"));
  }

  @ParameterizedTest
  @DisplayName(
      "W-5 W-6 an open type that names a patient is read, patched and overwritten by nobody else")
  @CsvSource({
    "GET, Organization/%s",
    "GET, Organization/%s/_history",
    "GET, Organization/%s/_history/1",
    "GET, Organization/%s/$meta",
    "GET, Organization/%s/$proof",
    "PATCH, Organization/%s",
    "PUT, Organization/%s",
    "DELETE, Organization/%s"
  })
  void openTypesThatNameAPatient(String method, String path) {
    HttpResponse<String> hidden = askOf(method, path, "wq-secret");
    HttpResponse<String> missing = askOf(method, path, "wq-none");
    assertThat(face(hidden)).isEqualTo(face(missing));
    assertThat(hidden.statusCode()).isEqualTo(method.equals("GET") ? 404 : 403);
    assertThat(hidden.body()).containsPattern(REFUSED);
    assertThat(server.get(server.tokens().patient("wq-hers"), "Organization/wq-secret").body())
        .contains("Secret");
    assertThat(server.get(doctor, "Organization/wq-org").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> askOf(String method, String path, String id) {
    String body =
        switch (method) {
          case "PATCH" -> "[{\"op\":\"test\",\"path\":\"/name\",\"value\":\"Secret\"}]";
          case "PUT" ->
              "{\"resourceType\":\"Organization\",\"id\":\"%s\",\"name\":\"Taken\"}".formatted(id);
          default -> "";
        };
    return server.ask(doctor, method, path.formatted(id), body);
  }

  @Test
  @DisplayName("W-5 in a batch too, and with a reference to it")
  void openTypesThatNameAPatientInABatch() {
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"request\":{\"method\":\"GET\",\"url\":\"Organization/%s\"}},{\"request\":{\"method\":\"GET\",\"url\":\"Organization/%s/_history/1\"}}]}";
    HttpResponse<String> hidden =
        server.ask(doctor, "POST", "", batch.formatted("wq-secret", "wq-secret"));
    HttpResponse<String> missing =
        server.ask(doctor, "POST", "", batch.formatted("wq-none", "wq-none"));
    assertThat(face(hidden)).isEqualTo(face(missing)).contains(HIDDEN);
    String of =
        "{\"resourceType\":\"Location\",\"managingOrganization\":{\"reference\":\"Organization/%s\"}}";
    alike(
        server.ask(doctor, "POST", "Location", of.formatted("wq-secret")),
        server.ask(doctor, "POST", "Location", of.formatted("wq-none")));
    HttpResponse<String> plain = server.ask(doctor, "POST", "Location", of.formatted("wq-org"));
    assertThat(plain.statusCode()).as(plain.body()).isEqualTo(201);
  }

  @ParameterizedTest
  @DisplayName("W-5 a patch's test asks about nothing that may not be read, whoever sends it")
  @ValueSource(strings = {"registrar", "loader", "doctor"})
  void patchTests(String who) {
    String token =
        switch (who) {
          case "registrar" -> registrar;
          case "loader" -> server.tokens().loader();
          default -> doctor;
        };
    String right = "[{\"op\":\"test\",\"path\":\"/name/0/family\",\"value\":\"More\"}]";
    String wrong = right.replace("More", "Less");
    HttpResponse<String> holds = server.ask(token, "PATCH", "Patient/wq-more", right);
    alike(holds, server.ask(token, "PATCH", "Patient/wq-more", wrong));
    alike(holds, server.ask(token, "PATCH", "Patient/wq-none", right));
    alike(
        holds,
        server.ask(
            token,
            "POST",
            "",
            transaction(entry("PATCH", "Patient/wq-more", fhirPath("subject", "x"), ""))));
    alike(
        server.ask(token, "PATCH", "Patient?family=More", right),
        server.ask(token, "PATCH", "Patient?family=Nobody", right));
  }

  @Test
  @DisplayName("W-5 a token without the right to read changes nothing that is there")
  void blindWriters() {
    String blind = server.tokens().of("Practitioner/wq-doctor", "", "user/Observation.cu", "TREAT");
    String test = "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"%s\"}]";
    alike(
        server.ask(blind, "PATCH", "Observation/wq-o-mine", test.formatted("final")),
        server.ask(blind, "PATCH", "Observation/wq-o-mine", test.formatted("registered")));
    String body =
        observation("Patient/wq-mine").replace("\"status\"", "\"id\":\"wq-o-mine\",\"status\"");
    alike(
        server.ask(blind, "PUT", "Observation/wq-o-mine", body),
        server.ask(blind, "PUT", "Observation/wq-none", body.replace("wq-o-mine", "wq-none")));
  }

  @Test
  @DisplayName("W-5 a registrar corrects demographics, and overwrites nothing beyond them")
  void registrarsKeepToDemographics() {
    String plain =
        "{\"resourceType\":\"Patient\",\"id\":\"wq-reg\",\"name\":[{\"family\":\"%s\"}]}";
    assertThat(server.ask(registrar, "PUT", "Patient/wq-reg", plain.formatted("Old")).statusCode())
        .isEqualTo(201);
    assertThat(server.ask(registrar, "PUT", "Patient/wq-reg", plain.formatted("New")).statusCode())
        .isEqualTo(200);
    HttpResponse<String> refused =
        server.ask(
            registrar,
            "PUT",
            "Patient/wq-more",
            plain.formatted("Taken").replace("wq-reg", "wq-more"));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains(HIDDEN);
    assertThat(server.get(server.tokens().patient("wq-more"), "Patient/wq-more").body())
        .contains("urn:x");
    String body = plain.formatted("Reg").replace("\"id\":\"wq-reg\",", "");
    String reading =
        server
            .tokens()
            .of("Practitioner/wq-rg", "", "anchor/registrar user/Patient.crus user/*.rs");
    alike(
        server.ask(
            reading, "POST", "Patient", body, "If-None-Exist", "_has:Observation:patient:code=x"),
        server.ask(reading, "POST", "Patient", body, "If-None-Exist", "organization=wq-org"));
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
    String body = "{\"resourceType\":\"%s\",\"id\":\"wq\",\"status\":\"draft\"}".formatted(type);
    for (String token : List.of(doctor, registrar, server.tokens().loader())) {
      HttpResponse<String> refused = server.ask(token, "PUT", type + "/wq", body);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
          .contains("insufficient_scope");
      assertThat(
              server
                  .ask(token, "POST", "", transaction(entry("PUT", type + "/wq", body, "")))
                  .statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  @DisplayName("W-4 a unique index is made by nobody: a conflict would name what is hidden")
  void uniqueIndexes() {
    String plain =
        "{\"resourceType\":\"SearchParameter\",\"url\":\"urn:wq:sp\",\"name\":\"wq\",\"status\":\"active\",\"description\":\"d\",\"code\":\"wq-birth\",\"base\":[\"Patient\"],\"type\":\"date\",\"expression\":\"Patient.birthDate\"}";
    HttpResponse<String> one = server.ask(operator, "POST", "SearchParameter", plain);
    assertThat(one.statusCode()).as(one.body()).isEqualTo(201);
    String combo =
        "{\"resourceType\":\"SearchParameter\",\"extension\":[{\"url\":\"http://hapifhir.io/fhir/StructureDefinition/sp-unique\",\"valueBoolean\":true}],\"url\":\"urn:wq:combo\",\"name\":\"wqc\",\"status\":\"active\",\"description\":\"d\",\"code\":\"wq-combo\",\"base\":[\"Patient\"],\"type\":\"composite\",\"expression\":\"Patient\",\"component\":[{\"definition\":\"urn:wq:sp\",\"expression\":\"Patient\"}]}";
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
        "{\"resourceType\":\"%s\",\"id\":\"wq\"%s}"
            .formatted(type, type.equals("Group") ? ",\"type\":\"person\",\"actual\":true" : "");
    for (String token : List.of(doctor, mixedFor(type), registrar)) {
      assertThat(server.ask(token, "PUT", type + "/wq", body).statusCode()).isEqualTo(403);
    }
    for (String token : List.of(server.tokens().loader(), operator)) {
      HttpResponse<String> stored = server.ask(token, "PUT", type + "/wq", body);
      assertThat(stored.statusCode()).as(stored.body()).isBetween(200, 201);
    }
  }

  @Test
  @DisplayName("W-4 a CareTeam is written by its patient, a registrar, an operator or a service")
  void careTeams() {
    String team = "{\"resourceType\":\"CareTeam\",\"subject\":{\"reference\":\"Patient/wq-mine\"}}";
    String op = server.tokens().of("Practitioner/wq-op", "", "anchor/operator user/CareTeam.cruds");
    String reg =
        server.tokens().of("Practitioner/wq-rg", "", "anchor/registrar user/CareTeam.cruds");
    for (String token :
        List.of(server.tokens().patient("wq-mine"), reg, op, server.tokens().loader())) {
      HttpResponse<String> stored = server.ask(token, "POST", "CareTeam", team);
      assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
    }
    for (String token : List.of(doctor, mixedFor("CareTeam"), server.tokens().patient("wq-hers"))) {
      assertThat(server.ask(token, "POST", "CareTeam", team).statusCode()).isEqualTo(403);
    }
  }

  @Test
  @DisplayName("W-6 nothing is moved out of a record that its writer may not write to")
  void nothingIsMovedOut() {
    String moved =
        observation("Patient/wq-mine").replace("\"status\"", "\"id\":\"wq-o-hers\",\"status\"");
    alike(
        server.ask(doctor, "PUT", "Observation/wq-o-hers", moved),
        server.ask(doctor, "PUT", "Observation/wq-none", moved.replace("wq-o-hers", "wq-none")));
    String patch =
        "[{\"op\":\"replace\",\"path\":\"/subject/reference\",\"value\":\"Patient/wq-mine\"}]";
    alike(
        server.ask(doctor, "PATCH", "Observation/wq-o-hers", patch),
        server.ask(doctor, "PATCH", "Observation/wq-none", patch));
    nothingReachedHer();
  }
}
