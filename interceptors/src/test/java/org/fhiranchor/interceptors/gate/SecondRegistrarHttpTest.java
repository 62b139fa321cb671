package org.fhiranchor.interceptors.gate;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.fhiranchor.ledger.Address;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Two registrars replace the key of a patient who lost it; one alone cannot. */
final class SecondRegistrarHttpTest {
  private static final String SCOPES = "anchor/registrar user/Patient.crus user/Consent.cruds";
  private static final String OWN = "0x00000000000000000000000000000000000000a1";
  private static final String OTHER = "0x00000000000000000000000000000000000000a2";

  /** A line of an accounting as CSV: what was asked, and by whom. */
  private static final Pattern ENROLLED = Pattern.compile(",shown,\\$enroll-key Patient,([^,]+),");

  private static final String LOCK =
      "select patient from subject_salt where patient = ? for update";

  private static final String WAITS_FOR_ME =
      "select session_id from information_schema.sessions where blocker_id = session_id()";

  private static final String VETO = ",{\"name\":\"veto\",\"valueBoolean\":true}";

  private final GatedServer server = GatedServer.shared();
  private final SubjectKeys keys = server.server().bean(SubjectKeys.class);

  private String registrar(String name) {
    return server.tokens().of("Practitioner/" + name, "", SCOPES, "TREAT");
  }

  private void holds(String patient, String address) {
    server.load(
        "Patient/" + patient, "{\"resourceType\":\"Patient\",\"id\":\"%s\"}".formatted(patient));
    bound(new PatientId(patient), address);
  }

  private void bound(PatientId patient, String address) {
    SubjectKey key = new SubjectKey(Address.parse(address), Optional.empty(), 1, Optional.empty());
    assertThat(keys.bind(patient, key, keys.of(patient).size())).isTrue();
  }

  /** The answer to what was decided when another node was just about to bind this key. */
  private HttpResponse<String> overtaken(
      String patient, String address, Supplier<HttpResponse<String>> request) {
    PatientId id = new PatientId(patient);
    assertThat(keys.subject(id)).as("the patient's row").isNotNull();
    DataSource data = server.server().bean(DataSource.class);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    return requireNonNull(
            new TransactionTemplate(new DataSourceTransactionManager(data))
                .execute(
                    status -> {
                      jdbc.queryForList(LOCK, patient);
                      CompletableFuture<HttpResponse<String>> asked =
                          CompletableFuture.supplyAsync(request);
                      await()
                          .pollInSameThread()
                          .atMost(30, SECONDS)
                          .until(() -> !jdbc.queryForList(WAITS_FOR_ME).isEmpty());
                      bound(id, address);
                      return asked;
                    }))
        .join();
  }

  private HttpResponse<String> enrol(String token, String patient, String confirmation) {
    String confirming =
        confirmation.isEmpty()
            ? ""
            : ",{\"name\":\"confirmation\",\"valueString\":\"" + confirmation + "\"}";
    return server.ask(
        token,
        "POST",
        "Patient/" + patient + "/$enroll-key",
        GatedServer.parameters("{\"name\":\"custody\",\"valueString\":\"server\"}" + confirming));
  }

  private String proposed(String token, String patient) throws IOException {
    HttpResponse<String> answer = enrol(token, patient, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("unconfirmed");
    return value(new ObjectMapper().readTree(answer.body()), "confirmation")
        .path("valueString")
        .asText();
  }

  private String custody(String patient) {
    return keys.current(new PatientId(patient)).orElseThrow().custody();
  }

  @Test
  @DisplayName("WHO-6 a patient's own key is replaced when a second registrar confirms it")
  void twoReplaceAKey() throws IOException {
    holds("lost-key", OWN);
    String code = proposed(registrar("first"), "lost-key");
    assertThat(custody("lost-key")).as("nothing happened yet").isEqualTo("holder");
    HttpResponse<String> same = enrol(registrar("first"), "lost-key", code);
    assertThat(same.statusCode()).isEqualTo(403);
    assertThat(same.body()).contains("another registrar");
    assertThat(custody("lost-key")).isEqualTo("holder");
    HttpResponse<String> confirmed = enrol(registrar("second"), "lost-key", code);
    assertThat(confirmed.statusCode()).as(confirmed.body()).isEqualTo(200);
    assertThat(custody("lost-key")).isEqualTo("server");
  }

  @Test
  @DisplayName(
      "WHO-6 a confirmation is good for one patient, and for the key held when it was made")
  void goodForOneKey() throws IOException {
    holds("code-a", OWN);
    holds("code-b", OWN);
    String code = proposed(registrar("first"), "code-a");
    assertThat(enrol(registrar("second"), "code-b", code).statusCode()).isEqualTo(422);
    assertThat(enrol(registrar("second"), "code-a", code + "AA").statusCode()).isEqualTo(422);
    assertThat(enrol(registrar("second"), "code-a", "x".repeat(500)).statusCode()).isEqualTo(422);
    String changed = (code.startsWith("A") ? "B" : "A") + code.substring(1);
    assertThat(enrol(registrar("second"), "code-a", changed).statusCode()).isEqualTo(422);
    holds("code-a", OTHER);
    assertThat(enrol(registrar("second"), "code-a", code).statusCode()).isEqualTo(422);
    assertThat(custody("code-a")).isEqualTo("holder");
    assertThat(custody("code-b")).isEqualTo("holder");
  }

  @Test
  @DisplayName("WHO-6 a clinician confirms nothing, and a patient needs no second one")
  void registrarsAlone() throws IOException {
    holds("code-c", OWN);
    String code = proposed(registrar("first"), "code-c");
    String doctor = server.tokens().practitioner("code-doc", "TREAT");
    assertThat(enrol(doctor, "code-c", code).statusCode()).isEqualTo(403);
    assertThat(custody("code-c")).isEqualTo("holder");
    assertThat(enrol(server.tokens().patient("code-c"), "code-c", "").statusCode()).isEqualTo(200);
    assertThat(custody("code-c")).isEqualTo("server");
  }

  @Test
  @DisplayName("KEY-4 the patient sees who asked for another key, and the key that is held ends it")
  void vetoed() throws IOException {
    holds("veto", OWN);
    Wallet wallet = new Wallet();
    assertThat(server.bind(wallet, "veto", "").statusCode()).isEqualTo(200);
    String code = proposed(registrar("first"), "veto");
    await()
        .untilAsserted(
            () ->
                assertThat(
                        server
                            .get(
                                server.tokens().patient("veto"),
                                "Patient/veto/$disclosures?_outputFormat=csv")
                            .body())
                    .contains("Practitioner/first", "$enroll-key"));
    assertThat(server.bind(new Wallet(), "veto", VETO).statusCode())
        .as("another key")
        .isEqualTo(422);
    HttpResponse<String> vetoed = server.bind(wallet, "veto", VETO);
    assertThat(vetoed.statusCode()).as(vetoed.body()).isEqualTo(200);
    assertThat(enrol(registrar("second"), "veto", code).statusCode()).isEqualTo(422);
    assertThat(keys.current(new PatientId("veto")).orElseThrow().address())
        .isEqualTo(wallet.address());
    String later = proposed(registrar("first"), "veto");
    assertThat(enrol(registrar("second"), "veto", later).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("KEY-4 a veto that comes while the second registrar's confirmation is at work holds")
  void vetoedAtTheLastMoment() throws IOException {
    holds("last-moment", OWN);
    String code = proposed(registrar("first"), "last-moment");
    HttpResponse<String> confirmed =
        overtaken("last-moment", OWN, () -> enrol(registrar("second"), "last-moment", code));
    assertThat(confirmed.statusCode()).as(confirmed.body()).isEqualTo(409);
    assertThat(custody("last-moment")).isEqualTo("holder");
    assertThat(enrol(registrar("second"), "last-moment", code).statusCode()).isEqualTo(422);
    assertThat(keys.current(new PatientId("last-moment")).orElseThrow().address())
        .isEqualTo(Address.parse(OWN));
  }

  @Test
  @DisplayName(
      "WHO-6 a registrar alone replaces no key that the patient binds while they are at work")
  void boundAtTheLastMoment() {
    server.load("Patient/first-key", "{\"resourceType\":\"Patient\",\"id\":\"first-key\"}");
    HttpResponse<String> alone =
        overtaken("first-key", OWN, () -> enrol(registrar("first"), "first-key", ""));
    assertThat(alone.statusCode()).as(alone.body()).isEqualTo(409);
    assertThat(alone.body()).contains("another key was bound to the patient meanwhile");
    assertThat(keys.of(new PatientId("first-key"))).hasSize(1);
    assertThat(custody("first-key")).isEqualTo("holder");
    assertThat(enrol(registrar("first"), "first-key", "").body()).contains("unconfirmed");
  }

  @Test
  @DisplayName("KEY-4 each rotation is a line of the patient's accounting, and says who asked")
  void accountedFor() throws IOException {
    holds("rotated", OWN);
    Wallet own = new Wallet();
    assertThat(server.bind(own, "rotated", "").statusCode()).isEqualTo(200);
    String code = proposed(registrar("first"), "rotated");
    assertThat(enrol(registrar("second"), "rotated", code).statusCode()).isEqualTo(200);
    await()
        .untilAsserted(
            () ->
                assertThat(whoEnrolled("rotated"))
                    .as("newest first; the patient asked what to sign, and bound")
                    .containsExactly(
                        "Practitioner/second",
                        "Practitioner/first",
                        "Patient/rotated",
                        "Patient/rotated"));
  }

  private List<String> whoEnrolled(String patient) {
    HttpResponse<String> accounting =
        server.get(
            server.tokens().patient(patient),
            "Patient/" + patient + "/$disclosures?_outputFormat=csv");
    assertThat(accounting.statusCode()).as(accounting.body()).isEqualTo(200);
    return ENROLLED.matcher(accounting.body()).results().map(line -> line.group(1)).toList();
  }

  private static JsonNode value(JsonNode parameters, String name) {
    for (JsonNode part : parameters.path("parameter")) {
      if (part.path("name").asText().equals(name)) {
        return part;
      }
    }
    throw new AssertionError("no " + name + " in " + parameters);
  }
}
