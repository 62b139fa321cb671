package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.consent.following.ChangeFollowing;
import org.fhiranchor.interceptors.log.LogStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Somebody edits the database of a guarded server: what the entitled patient is told (PRF-1,
 * PRF-2), and what everybody else is. The last test leaves the log refused.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DamagedLogTest {
  private GatedServer server;
  private JdbcTemplate jdbc;
  private String patient = "";
  private int count;

  @BeforeAll
  void boot(@TempDir Path data) {
    // No anchor meanwhile: the heads before one are made from every leaf, and a leaf that is gone
    // refuses the log then.
    server =
        new GatedServer(
            data,
            "--management.endpoint.health.show-details=always",
            "--anchor.ledger.interval=1h");
    server.server().spoiled();
    jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
  }

  @AfterAll
  void end() {
    server.close();
  }

  /**
   * A patient with two versions, the second of them the newest. The thread that follows the log has
   * read their leaves: one that it has yet to read and a test takes away is DOWN in itself.
   */
  @BeforeEach
  void twoVersions() {
    patient = "damaged" + ++count;
    server.patient(patient);
    second(patient);
    LogStore store = server.server().bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
    ChangeFollowing changes = server.server().bean(ChangeFollowing.class);
    Instant sequenced = Instant.now();
    await()
        .atMost(120, SECONDS)
        .until(() -> changes.asOf().filter(asOf -> asOf.isAfter(sequenced)).isPresent());
  }

  private void second(String one) {
    server.load(
        "Patient/" + one,
        "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"Second%s\"}]}"
            .formatted(one, one));
  }

  private HttpResponse<String> asPatient(String path) {
    return server.get(server.tokens().patient(patient), "Patient/" + patient + path);
  }

  private long pid() {
    Long id =
        jdbc.queryForObject(
            "select RES_ID from HFJ_RESOURCE where FHIR_ID = ?", Long.class, patient);
    assertThat(id).isNotNull();
    return id;
  }

  private String chain() {
    return "resource:Patient/" + patient;
  }

  private void tellsThePatientAlone(String version, String reason) {
    for (String operation : List.of("$proof", "$verify")) {
      HttpResponse<String> answer = asPatient("/_history/" + version + "/" + operation);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
      assertThat(answer.body()).contains("OperationOutcome", reason).doesNotContain("consent");
      HttpResponse<String> stranger =
          server.get(
              server.tokens().patient("stranger"),
              "Patient/" + patient + "/_history/" + version + "/" + operation);
      assertThat(stranger.statusCode()).as(stranger.body()).isIn(401, 403);
      assertThat(stranger.body()).doesNotContain(reason);
    }
  }

  @Test
  @Order(1)
  @DisplayName("PRF-1 a version inserted by SQL has no proof, and its patient is told why")
  void insertedVersion() {
    jdbc.update("update HFJ_RES_VER set RES_VER = 7 where RES_ID = ? and RES_VER = 1", pid());
    tellsThePatientAlone("7", "not in the log");
  }

  @Test
  @Order(2)
  @DisplayName("PRF-1 a leaf taken away: its patient is told that there is none")
  void deletedLeaf() {
    jdbc.update("delete from anchor_leaf where chain = ? and version_id = '1'", chain());
    tellsThePatientAlone("1", "its leaf was changed or taken away");
  }

  @Test
  @Order(3)
  @DisplayName("PRF-1 a leaf whose version is not stored: its patient is told so")
  void leafWithoutVersion() {
    jdbc.update("delete from HFJ_RES_VER where RES_ID = ? and RES_VER = 1", pid());
    tellsThePatientAlone("1", "not stored here");
  }

  @Test
  @Order(4)
  @DisplayName("PRF-1 a damaged text of a version: its patient is told so, never 500")
  void damagedText() {
    jdbc.update(
        "update HFJ_RES_VER set RES_TEXT_VC = '{\"resourceType\":' where RES_ID = ? and RES_VER ="
            + " 1",
        pid());
    tellsThePatientAlone("1", "damaged");
  }

  private void named(String column, String sql, Object... arguments) {
    assertThat(asPatient("/_history/2/$verify").body()).doesNotContain("not-verified");
    assertThat(jdbc.update(sql, arguments)).isPositive();
    HttpResponse<String> answer = asPatient("/_history/2/$verify");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).as(column).contains("\"not-verified\"", column);
  }

  private static final String OF_VERSION_2 = " where chain = ? and version_id = '2'";

  @Test
  @Order(5)
  @DisplayName("PRF-2 an edited commitment is named by $verify")
  void editedCommitment() {
    named(
        "anchor_leaf.commitment",
        "update anchor_leaf set commitment = (select commitment from anchor_leaf where leaf_index ="
            + " 0)"
            + OF_VERSION_2,
        chain());
  }

  @Test
  @Order(6)
  @DisplayName("PRF-2 an edited who/why record is named by $verify")
  void editedRecord() {
    named(
        "anchor_leaf.record",
        "update anchor_leaf set record = ?" + OF_VERSION_2,
        "{\"writer\":\"nobody\"}".getBytes(StandardCharsets.UTF_8),
        chain());
  }

  @Test
  @Order(7)
  @DisplayName("PRF-2 an edited kind is named by $verify")
  void editedKind() {
    named("anchor_leaf.kind", "update anchor_leaf set kind = 'Erasure'" + OF_VERSION_2, chain());
  }

  @Test
  @Order(8)
  @DisplayName("PRF-2 RES_UPDATED of the newest version's resource is held against the leaf")
  void editedInstant() {
    named(
        "RES_UPDATED",
        "update HFJ_RESOURCE set RES_UPDATED = timestamp '2020-01-01 00:00:00' where RES_ID = ?",
        pid());
  }

  @Test
  @Order(10)
  @DisplayName("PRF-2 a chain or version column that leads to another's leaf is named by $verify")
  void editedChain() {
    jdbc.update("delete from anchor_leaf" + OF_VERSION_2, chain());
    assertThat(
            jdbc.update(
                "update anchor_leaf set version_id = '2' where chain = ? and version_id = '1'",
                chain()))
        .isEqualTo(1);
    assertThat(asPatient("/_history/2/$verify").body()).contains("\"not-verified\"");
  }

  @Test
  @Order(11)
  @DisplayName("PRF-2 an edited statement or salt fails at the leaf's place in the tree")
  void editedSalt() {
    named(
        "inclusion",
        "update anchor_leaf set salt = (select salt from anchor_leaf where leaf_index = 0)"
            + OF_VERSION_2,
        chain());
  }

  private static final Map<String, String> EDITS =
      Map.of(
          "prv-record", "record = X'7b22777269746572223a226e6f626f6479227d'",
          "prv-salt", "salt = (select salt from anchor_leaf where leaf_index = 0)",
          "prv-commitment",
              "commitment = (select commitment from anchor_leaf where leaf_index = 0)",
          "prv-statement", "statement = (select statement from anchor_leaf where leaf_index = 0)");

  @Test
  @Order(99)
  @DisplayName(
      "LOG-1 PRF-1 PRV-1 a damaged leaf that a request meets turns health DOWN, with its reason, and"
          + " has no Provenance")
  void damagedLeaf() {
    LogStore store = server.server().bean(LogStore.class);
    EDITS.keySet().forEach(server::patient);
    EDITS.keySet().forEach(this::second);
    await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
    HttpResponse<byte[]> before = health();
    assertThat(before.statusCode())
        .as(new String(before.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    jdbc.update("update anchor_leaf set salt = ?" + OF_VERSION_2, new byte[3], chain());
    HttpResponse<String> answer = asPatient("/_history/2/$proof");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.body()).contains("OperationOutcome", "salt: was changed in the database");
    assertThat(health().statusCode()).isEqualTo(503);
    assertThat(new String(health().body(), StandardCharsets.UTF_8))
        .contains("\"DOWN\"", "the log contradicts itself");
    assertThat(server.server().bytes("log/checkpoint").statusCode()).isEqualTo(503);
    EDITS.forEach(this::hasNoProvenance);
    server.load(
        "Basic/after-" + patient,
        "{\"resourceType\":\"Basic\",\"id\":\"after-%s\"}".formatted(patient));
    await().during(2, SECONDS).atMost(10, SECONDS).until(() -> store.pendingCount() > 0);
  }

  /** Runs last: who meets such a leaf turns health DOWN. */
  private void hasNoProvenance(String one, String edit) {
    String token = server.tokens().patient(one);
    String of = "log.Patient." + one + ".";
    for (String version : List.of("1", "2")) {
      assertThat(server.get(token, "Provenance/" + of + version).body()).contains("recorded");
    }
    assertThat(
            jdbc.update("update anchor_leaf set " + edit + OF_VERSION_2, "resource:Patient/" + one))
        .as(edit)
        .isEqualTo(1);
    for (String path :
        List.of("Provenance?target=Patient/" + one + "/_history/2", "Provenance/" + of + "2")) {
      HttpResponse<String> answer = server.get(token, path);
      assertThat(answer.body())
          .as(path + " after " + edit + " " + answer.statusCode())
          .doesNotContain("\"id\":\"" + of + "2\"", "nobody");
    }
    assertThat(server.get(token, "Provenance/" + of + "1").body()).contains("recorded");
  }

  private HttpResponse<byte[]> health() {
    return server.server().bytes("actuator/health");
  }
}
