package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** ERA-1, ERA-3: what earlier versions tell is erased or named, and no id comes back. */
final class ErasureOfEveryVersionTest {
  private static final String EVE = "eve-e1";
  private static final String BOB = "bob-e1";
  private static final String MALLORY = "mallory-e1";
  private static final String OF_EVE = "\"subject\":{\"reference\":\"Patient/" + EVE + "\"}";
  private static final String OF_BOB = "\"subject\":{\"reference\":\"Patient/" + BOB + "\"}";

  private static final GatedServer SERVER = GatedServer.shared();
  private static final String LOADER = SERVER.tokens().loader();
  private static final Set<String> SUBSCRIPTIONS = new TreeSet<>();
  private static Set<String> kept = Set.of();
  private static String own = "";

  @BeforeAll
  static void erasesEve() {
    for (String patient : List.of(EVE, BOB, MALLORY)) {
      put("Patient", patient, "\"name\":[{\"family\":\"F\"}]");
    }
    visits();
    attachments();
    carriers();
    everybodys();
    kept = erase(EVE);
  }

  private static void visits() {
    encounter("enc-e1", OF_EVE);
    encounter("enc-bob-e1", OF_BOB);
    put(
        "Observation",
        "deleted-e1",
        observation("\"encounter\":{\"reference\":\"Encounter/enc-e1\"}"));
    delete("Observation/deleted-e1");
    put(
        "Observation",
        "moved-e1",
        observation("\"encounter\":{\"reference\":\"Encounter/enc-e1\"}"));
    put(
        "Observation",
        "moved-e1",
        observation("\"encounter\":{\"reference\":\"Encounter/enc-bob-e1\"}")
            .replace("ZEBRA", "another value"));
    put("Observation", "weight-e1", observation(OF_EVE));
    String list = "\"status\":\"current\",\"mode\":\"working\"";
    put(
        "List",
        "emptied-e1",
        list
            + ",\"entry\":[{\"item\":{\"reference\":\"Observation/weight-e1\",\"display\":\"ZEBRA\"}}]");
    put("List", "emptied-e1", list);
  }

  private static void attachments() {
    for (String binary : List.of("b1-e1", "b2-e1", "b5-e1")) {
      put(
          "Binary",
          binary,
          "\"contentType\":\"text/plain\",\"data\":\"%s\""
              .formatted(Base64.getEncoder().encodeToString("ZEBRA".getBytes(UTF_8))));
    }
    put("DocumentReference", "d1-e1", document("b1-e1"));
    put("DocumentReference", "d1-e1", document("b2-e1"));
    put("DocumentReference", "d2-e1", document("b5-e1"));
    delete("DocumentReference/d2-e1");
  }

  private static String document(String binary) {
    return "\"status\":\"current\","
        + OF_EVE
        + ",\"content\":[{\"attachment\":{\"contentType\":\"text/plain\",\"url\":\"Binary/"
        + binary
        + "\"}}]";
  }

  private static void carriers() {
    String inline =
        "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"gender\":\"other\"}".formatted(EVE);
    put("Bundle", "bu1-e1", "\"type\":\"collection\",\"entry\":[{\"resource\":" + inline + "}]");
    put("Parameters", "pa1-e1", "\"parameter\":[{\"name\":\"p\",\"resource\":" + inline + "}]");
    String other = SERVER.tokens().practitioner("hears-e1", "TREAT");
    SUBSCRIPTIONS.add(subscribe(other, "patient=" + EVE));
    SUBSCRIPTIONS.add(subscribe(other, "subject=Patient/" + EVE));
    own =
        subscribe(SERVER.tokens().of("Patient/" + EVE, "", "user/*.cruds", "TREAT"), "code=own-e1");
  }

  private static String subscribe(String token, String criteria) {
    HttpResponse<String> made =
        SERVER.ask(
            token,
            "POST",
            "Subscription",
            "{\"resourceType\":\"Subscription\",\"status\":\"requested\",\"reason\":\"r\",\"criteria\":\"Observation?%s\",\"channel\":{\"type\":\"rest-hook\",\"endpoint\":\"http://localhost:9/hook\"}}"
                .formatted(criteria));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    String at = made.headers().firstValue("Location").orElseThrow();
    return at.replaceAll(".*/(Subscription/[^/]+)/.*", "$1");
  }

  private static void everybodys() {
    put("Organization", "hospital-e1", "\"name\":\"Hospital\"");
    put(
        "Organization",
        "hospital-e1",
        "\"name\":\"Hospital\",\"extension\":[{\"url\":\"http://x.example/f\",\"valueReference\":{\"reference\":\"Patient/"
            + EVE
            + "\"}}]");
    put("Organization", "hospital-e1", "\"name\":\"Hospital\"");
    put("Binary", "photo-e1", "\"contentType\":\"text/plain\",\"data\":\"YQ==\"");
    put("Practitioner", "shown-e1", "\"photo\":[{\"url\":\"Binary/photo-e1\"}]");
    put(
        "PractitionerRole",
        "role-e1",
        "\"practitioner\":{\"reference\":\"Practitioner/shown-e1\"}");
    put("DocumentReference", "d3-e1", document("photo-e1"));
    put(
        "Organization",
        "by-encounter-e1",
        "\"extension\":[{\"url\":\"urn:x\",\"valueReference\":{\"reference\":\"Encounter/enc-e1\"}}]");
    String pump = "\"deviceName\":[{\"name\":\"Pump\",\"type\":\"user-friendly-name\"}]";
    put("Device", "pump-e1", pump + ",\"patient\":{\"reference\":\"Patient/" + EVE + "\"}");
    put("Device", "pump-e1", pump);
    put(
        "Observation",
        "bob-pump-e1",
        observation(
            OF_BOB
                + ",\"device\":{\"reference\":\"Device/pump-e1\"},\"performer\":[{\"reference\":\"Organization/hospital-e1\"}]"));
  }

  @Test
  @DisplayName("ERA-1 what only a replaced or deleted version tells goes, with its Binaries")
  void erasesEarlierVersions() {
    for (String name :
        List.of(
            "Patient/" + EVE,
            "Encounter/enc-e1",
            "Observation/deleted-e1",
            "Observation/weight-e1",
            "DocumentReference/d1-e1",
            "DocumentReference/d2-e1",
            "Binary/b1-e1",
            "Binary/b2-e1",
            "Binary/b5-e1",
            "Bundle/bu1-e1",
            "Parameters/pa1-e1",
            own)) {
      assertThat(SERVER.versions(name)).as(name).isEmpty();
    }
    assertThat(
            new JdbcTemplate(SERVER.server().bean(DataSource.class))
                .queryForList("select holder from gate_binding", String.class))
        .isNotEmpty()
        .noneMatch(holder -> holder.contains(EVE));
  }

  @Test
  @DisplayName("ERA-1 what was another's or nobody's in any version is kept whole, and named")
  void keepsAndNames() {
    assertThat(kept)
        .contains(
            "Observation/moved-e1",
            "List/emptied-e1",
            "Organization/hospital-e1",
            "Device/pump-e1",
            "Binary/photo-e1",
            "Practitioner/shown-e1",
            "Organization/by-encounter-e1");
    assertThat(SERVER.versions("DocumentReference/d3-e1")).isEmpty();
    for (String shown : List.of("Practitioner/shown-e1", "PractitionerRole/role-e1")) {
      assertThat(SERVER.get(LOADER, shown).statusCode()).as(shown).isEqualTo(200);
    }
    assertThat(SUBSCRIPTIONS).hasSize(2).isSubsetOf(kept);
    assertThat(SERVER.versions("Organization/hospital-e1")).containsExactly(1L, 2L, 3L);
    assertThat(SERVER.versions("Device/pump-e1")).containsExactly(1L, 2L);
    assertThat(SERVER.versions("Observation/moved-e1")).containsExactly(1L, 2L);
    assertThat(SERVER.get(LOADER, "Organization/hospital-e1").statusCode()).isEqualTo(200);
    assertThat(SERVER.get(SERVER.tokens().patient(BOB), "Observation/bob-pump-e1").statusCode())
        .isEqualTo(200);
    Set<String> again = new TreeSet<>(kept);
    // these name nothing that was Eve's
    again.removeAll(Set.of("Binary/photo-e1", "Practitioner/shown-e1"));
    assertThat(erase(EVE)).as("asked again").isEqualTo(again);
  }

  @Test
  @DisplayName("ERA-1 a kept version that names something erased is nobody's to read")
  void closesWhatIsKept() {
    for (String path :
        List.of(
            "Observation/moved-e1/_history/1",
            "List/emptied-e1/_history/1",
            "Observation/moved-e1/_history",
            "List/emptied-e1/_history")) {
      for (String token : everybody()) {
        assertThat(SERVER.get(token, path).body()).as(path).doesNotContain("ZEBRA");
      }
    }
  }

  @Test
  @DisplayName(
      "ERA-1 what is asked for after the erasure stays recorded, however often it is asked")
  void keepsWhatIsAskedLater() {
    SERVER.get(SERVER.tokens().of(DemoRole.OPERATOR), "Patient/" + EVE);
    List<Long> asked = recorded();
    assertThat(asked).isNotEmpty();
    erase(EVE);
    erase(EVE);
    assertThat(recorded()).containsAll(asked);
  }

  /** The records about Eve that still have their content. */
  private static List<Long> recorded() {
    Digest tag = SERVER.server().bean(SubjectTags.class).of(Optional.of(new PatientId(EVE)));
    return new JdbcTemplate(SERVER.server().bean(DataSource.class))
        .queryForList(
            "select disclosure_id from disclosure where subject = ? and content is not null",
            Long.class,
            tag.hex());
  }

  private static List<String> everybody() {
    return List.of(
        LOADER,
        SERVER.tokens().of(DemoRole.OPERATOR),
        SERVER.tokens().of(DemoRole.COMPLIANCE),
        SERVER.tokens().patient(BOB),
        SERVER.tokens().patient(MALLORY),
        SERVER.tokens().practitioner("reader-e1", "TREAT"));
  }

  @Test
  @DisplayName("ERA-3 no id of what was erased is given again, alone, in a batch or a transaction")
  void givesNoIdAgain() {
    String mallory = "\"subject\":{\"reference\":\"Patient/" + MALLORY + "\"}";
    refused("Patient/" + EVE, json("Patient", EVE, ""));
    refused(
        "Encounter/enc-e1",
        json(
            "Encounter",
            "enc-e1",
            "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"}," + mallory));
    refused("Observation/weight-e1", json("Observation", "weight-e1", observation(mallory)));
    refused("Binary/b1-e1", json("Binary", "b1-e1", "\"contentType\":\"text/plain\""));
    assertThat(
            SERVER.get(SERVER.tokens().patient(MALLORY), "List/emptied-e1/_history/1").statusCode())
        .isEqualTo(403);
    HttpResponse<String> conditional =
        bundle("transaction", "Patient?_id=" + EVE, json("Patient", EVE, ""));
    assertThat(conditional.statusCode()).as(conditional.body()).isEqualTo(403);
  }

  private static void refused(String name, String json) {
    HttpResponse<String> alone = SERVER.ask(LOADER, "PUT", name, json);
    assertThat(alone.statusCode()).as(name + alone.body()).isEqualTo(403);
    HttpResponse<String> together = bundle("transaction", name, json);
    assertThat(together.statusCode()).as(name + together.body()).isEqualTo(403);
    assertThat(together.body()).doesNotContain("erased").contains("not available");
    HttpResponse<String> batch = bundle("batch", name, json);
    assertThat(batch.body()).contains("\"status\":\"403").doesNotContain("erased");
    assertThat(SERVER.versions(name)).isEmpty();
  }

  private static HttpResponse<String> bundle(String type, String url, String json) {
    return SERVER.ask(
        LOADER,
        "POST",
        "",
        "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"%s\"}}]}"
            .formatted(type, json, url));
  }

  @Test
  @DisplayName("ERA-1 while others write, it goes on or says when to ask again, and no SQL")
  void othersWrite() {
    put("Patient", "busy-e1", "\"name\":[{\"family\":\"F\"}]");
    String subject = "\"subject\":{\"reference\":\"Patient/busy-e1\"}";
    encounter("busy-enc-e1", subject);
    AtomicBoolean ends = new AtomicBoolean();
    List<CompletableFuture<Set<String>>> writers =
        IntStream.range(0, 3)
            .mapToObj(n -> CompletableFuture.supplyAsync(() -> write(n, subject, ends)))
            .toList();
    HttpResponse<String> answer = ask("busy-e1");
    ends.set(true);
    Set<String> said =
        writers.stream().flatMap(one -> one.join().stream()).collect(Collectors.toSet());
    assertThat(said).noneMatch(body -> body.contains("HFJ_") || body.contains("JDBC"));
    if (answer.statusCode() != 200) {
      assertThat(answer.body()).doesNotContain("HFJ_").doesNotContain("JDBC");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
    erase("busy-e1");
    assertThat(SERVER.versions("Patient/busy-e1")).isEmpty();
    assertThat(SERVER.versions("Encounter/busy-enc-e1")).isEmpty();
    assertThat(SERVER.versions("Observation/busy-0-1-e1")).isEmpty();
  }

  /** Until it is told to end; the answers that were no success. */
  private static Set<String> write(int writer, String subject, AtomicBoolean ends) {
    Set<String> failed = new TreeSet<>();
    for (int i = 1; i == 1 || !ends.get(); i++) {
      String more =
          i % 2 == 0 ? "\"encounter\":{\"reference\":\"Encounter/busy-enc-e1\"}" : subject;
      String id = "busy-%d-%d-e1".formatted(writer, i % 5);
      HttpResponse<String> answer =
          SERVER.ask(
              LOADER, "PUT", "Observation/" + id, json("Observation", id, observation(more)));
      if (answer.statusCode() >= 300) {
        failed.add(answer.body());
      }
    }
    return failed;
  }

  private static HttpResponse<String> ask(String patient) {
    return SERVER.ask(
        SERVER.tokens().of(DemoRole.OPERATOR),
        "POST",
        "Patient/" + patient + "/$erase",
        ErasureWorld.PARAMETERS);
  }

  /** What is kept. */
  static Set<String> erase(String patient) {
    HttpResponse<String> answer = ask(patient);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return SERVER
        .server()
        .fhir()
        .newJsonParser()
        .parseResource(Parameters.class, answer.body())
        .getParameter()
        .stream()
        .filter(one -> one.getName().equals("kept"))
        .map(one -> one.getValue().primitiveValue())
        .collect(Collectors.toSet());
  }

  private static void encounter(String id, String more) {
    put("Encounter", id, "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"}," + more);
  }

  private static String observation(String more) {
    return "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueString\":\"ZEBRA\"," + more;
  }

  private static void put(String type, String id, String more) {
    put(type, id, more, LOADER);
  }

  private static void put(String type, String id, String more, String token) {
    HttpResponse<String> answer = SERVER.ask(token, "PUT", type + "/" + id, json(type, id, more));
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  private static String json(String type, String id, String more) {
    return "{\"resourceType\":\"%s\",\"id\":\"%s\"%s}"
        .formatted(type, id, more.isEmpty() ? "" : "," + more);
  }

  private static void delete(String name) {
    assertThat(SERVER.ask(LOADER, "DELETE", name, "").statusCode()).isBetween(200, 204);
  }
}
