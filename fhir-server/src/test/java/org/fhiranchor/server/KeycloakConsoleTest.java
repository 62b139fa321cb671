package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.keycloak.Keycloak;
import org.fhiranchor.interceptors.keycloak.KeycloakService;
import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The console in Chromium with an unmodified Keycloak as the issuer: the same scripts as with this
 * server's own sign-in.
 */
@EnabledIfSystemProperty(
    named = "test.keycloak",
    matches = ".+",
    disabledReason =
        "wants org.keycloak:keycloak-quarkus-dist, unpacked; scripts/keycloak.sh fetches and runs"
            + " it")
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
final class KeycloakConsoleTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A person of the scripts: name, role in the realm, purpose. */
  private record Person(String id, String name, List<String> roles, String purpose) {
    String reference() {
      return (id.equals("demo-patient") ? "Patient/" : "Practitioner/") + id;
    }
  }

  private static final List<Person> PEOPLE =
      List.of(
          new Person("demo-patient", "Paula Patient", List.of(), "PATRQT"),
          new Person("demo-clinician", "Dr. Clara Clinician", List.of("clinician"), "TREAT"),
          new Person("demo-emergency", "Dr. Emma Emergency", List.of("clinician"), "ETREAT"),
          new Person("demo-compliance", "Otto Officer", List.of("compliance-officer"), "TREAT"),
          new Person("demo-operator", "Olga Operator", List.of("operator"), "TREAT"));

  private final List<AutoCloseable> started = new ArrayList<>();
  private String address = "";
  private String issuer = "";

  @BeforeAll
  void start() throws Exception {
    Path root = Path.of(System.getProperty("anchor.root", ".."));
    KeycloakService service = KeycloakService.withNewKey();
    int port = Keycloak.freePort();
    // As the operator's page says: our address in the place of the example's.
    Path realm = RunningServer.newDataFolder().resolve("realm.json");
    Files.writeString(
        realm,
        Files.readString(root.resolve("docs/operate/keycloak/fhir-anchor-realm.json"))
            .replace("https://fhir.example.org", "http://localhost:" + port));
    Keycloak keycloak =
        Keycloak.start(
            Path.of(System.getProperty("test.keycloak")),
            realm,
            file -> {
              PEOPLE.forEach(one -> enter(file, one));
              service.enter(file);
            });
    started.add(keycloak);
    issuer = keycloak.issuer();
    RunningServer server =
        RunningServer.start(
            RunningServer.newDataFolder(),
            "--server.port=" + port,
            "--anchor.consent.enforce=on",
            "--anchor.security.issuer=" + issuer,
            "--anchor.security.audience=http://localhost:" + port + "/fhir");
    started.add(0, server);
    address = server.address();
    seed(server.fhir(), service.tokens(keycloak, "system/*.cruds").path("access_token").asText());
  }

  private static void enter(ObjectNode realm, Person person) {
    String reference = person.reference();
    Map<String, String> user = Map.of("fhirUser", reference, "purpose_of_use", person.purpose());
    Map<String, String> patient =
        Map.of("fhirUser", reference, "purpose_of_use", person.purpose(), "patient", person.id());
    Keycloak.addUser(
        realm, person.id(), person.roles(), reference.startsWith("Patient/") ? patient : user);
  }

  private static void seed(FhirHttp fhir, String token) {
    for (Person person : PEOPLE) {
      ObjectNode resource = resource(person.reference());
      resource.putArray("name").addObject().put("text", person.name());
      put(fhir, token, resource);
    }
    ObjectNode weight = resource("Observation/demo-patient-weight").put("status", "final");
    coding(
        weight.putArray("category").addObject(),
        "http://terminology.hl7.org/CodeSystem/observation-category",
        "vital-signs");
    coding(weight.putObject("code"), "http://loinc.org", "29463-7").put("display", "Body weight");
    weight.putObject("subject").put("reference", "Patient/demo-patient");
    weight.put("effectiveDateTime", "2026-01-02T03:04:05Z");
    weight
        .putObject("valueQuantity")
        .put("value", 71.5)
        .put("unit", "kg")
        .put("system", "http://unitsofmeasure.org")
        .put("code", "kg");
    put(fhir, token, weight);
  }

  private static ObjectNode resource(String reference) {
    int slash = reference.indexOf('/');
    return JSON.createObjectNode()
        .put("resourceType", reference.substring(0, slash))
        .put("id", reference.substring(slash + 1));
  }

  private static ObjectNode coding(ObjectNode concept, String system, String code) {
    return concept.putArray("coding").addObject().put("system", system).put("code", code);
  }

  private static void put(FhirHttp fhir, String token, ObjectNode resource) {
    String path = "/" + resource.path("resourceType").asText() + "/" + resource.path("id").asText();
    Answer answer = fhir.put(path, resource.toString(), "Authorization", "Bearer " + token);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable one : started) {
      one.close();
    }
  }

  @Test
  @DisplayName(
      "SIGN-1 CON-2 signed in at Keycloak, a patient permits with a passkey, a clinician reads, the"
          + " patient withdraws and sees all of it")
  void people() throws Exception {
    run("keycloak-people.log", "test/browser/people.test.mjs");
  }

  @Test
  @DisplayName("SIGN-1 CON-2 signed in at Keycloak, the whole story, with a picture of each step")
  void story() throws Exception {
    run("keycloak-story.log", "test/browser/story.test.mjs");
  }

  @Test
  @DisplayName("SIGN-1 CON-2 signed in at Keycloak, a compliance officer does what is theirs")
  void officers() throws Exception {
    run("keycloak-officer.log", "test/browser/officer.test.mjs");
  }

  @Test
  @DisplayName("SIGN-1 CON-6 signed in at Keycloak, an operator sees what operators are told")
  void operators() throws Exception {
    run("keycloak-operator.log", "test/browser/operator.test.mjs");
  }

  @Test
  @DisplayName("SIGN-1 CON-2 an answer in another name than Keycloak's is not used")
  void answers() throws Exception {
    run("keycloak-answers.log", "test/browser/keycloak-answers.mjs");
  }

  private void run(String log, String script) throws Exception {
    new ConsoleScripts(log, Map.of("CONSOLE_ISSUER", issuer))
        .run(address, "--test", "--test-reporter=spec", script);
  }
}
