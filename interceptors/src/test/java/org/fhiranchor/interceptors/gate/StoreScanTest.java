package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.batch2.api.IJobCoordinator;
import ca.uhn.fhir.batch2.model.StatusEnum;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.scan.ScanJob;
import org.fhiranchor.interceptors.scan.ScanListener;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * EXP-6: the whole store is held against log and ledger. The database of a running server is
 * copied; each alteration is made in a transaction that is rolled back. The tests that ask the
 * server come last: its ledger goes on while the copy does not.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
final class StoreScanTest {
  private static final int ALTERATIONS = Integer.getInteger("test.alterations", 20);
  private static final long SEED = Long.getLong("test.seed", 20261129);

  private static final String PARAMETERS = "{\"resourceType\":\"Parameters\"}";

  private CopiedStore store;
  private GatedServer server;
  private Connection copy;
  private JdbcTemplate jdbc;

  @BeforeAll
  void build(@TempDir Path data) throws SQLException {
    store = CopiedStore.build(data);
    server = store.server();
    copy = store.copy();
    jdbc = store.jdbc();
  }

  @AfterAll
  void end() throws SQLException {
    store.close();
  }

  private List<Finding> scan() {
    List<Finding> found = Collections.synchronizedList(new ArrayList<>());
    server.server().bean(StoreScan.class).run(copy, listener(found));
    return found;
  }

  private static ScanListener listener(List<Finding> found) {
    return new ScanListener() {
      @Override
      public void found(Finding finding) {
        found.add(finding);
      }

      @Override
      public boolean goOn(long done, long total) {
        return done <= total;
      }
    };
  }

  @Test
  @Order(1)
  @DisplayName("EXP-6 a store that nobody altered has no finding")
  void findsNothingInAWholeStore() {
    assertThat(scan()).isEmpty();
  }

  @Test
  @Order(1)
  @DisplayName("EXP-6 random alterations of every table are found, all of them, each named")
  void findsEveryAlteration() throws SQLException {
    System.out.println("store alterations seed=" + SEED + " number=" + ALTERATIONS);
    StoreAlterations alterations = new StoreAlterations(jdbc, new Random(SEED));
    assertThat(scan()).isEmpty();
    List<String> missed = new ArrayList<>();
    for (int i = 0; i < ALTERATIONS; i++) {
      StoreAlterations.Made made = alterations.one();
      List<Finding> found = scan();
      copy.rollback();
      if (found.stream().noneMatch(finding -> made.kinds().contains(finding.kind()))) {
        missed.add(i + " " + made.what() + ", found " + found);
      }
    }
    assertThat(missed).isEmpty();
    assertThat(scan()).isEmpty();
  }

  @Test
  @Order(1)
  @DisplayName("EXP-6 REC-5 rows of HAPI's tables of tags are named, and a forged language")
  void findsTags() throws SQLException {
    jdbc.update(
        "insert into hfj_tag_def (tag_id, tag_code, tag_system, tag_type) values (5000, 'R',"
            + " 'http://c', 2)");
    jdbc.update(
        "insert into hfj_res_tag (pid, res_id, res_type, tag_id) select 5000, res_id, res_type,"
            + " 5000 from hfj_resource where fhir_id = 'd1'");
    jdbc.update(
        "insert into hfj_history_tag (pid, res_id, res_type, res_ver_pid, tag_id) select 5001,"
            + " res_id, res_type, pid, 5000 from hfj_res_ver where res_id = (select res_id from"
            + " hfj_resource where fhir_id = 'm1')");
    jdbc.update("update hfj_resource set res_language = 'xx' where fhir_id = 'e1'");
    List<Finding> found = scan();
    copy.rollback();
    assertThat(found)
        .extracting(finding -> finding.kind() + " " + finding.place() + " " + finding.what())
        .containsExactlyInAnyOrder(
            "RESOURCE DocumentReference/d1 HFJ_RES_TAG says http://c|R, which no version can: want"
                + " no row",
            "RESOURCE MedicationRequest/m1 HFJ_HISTORY_TAG says http://c|R, which no version can:"
                + " want no row",
            "RESOURCE Encounter/e1 RES_LANGUAGE: want none, or that of the resource");
  }

  @Test
  @Order(2)
  @DisplayName("EXP-6 a scan ends where its listener wants it to")
  void endsWhenItIsCancelled() {
    assertThatThrownBy(
            () ->
                server
                    .server()
                    .bean(StoreScan.class)
                    .run(
                        copy,
                        new ScanListener() {
                          @Override
                          public void found(Finding finding) {
                            throw new AssertionError(finding);
                          }

                          @Override
                          public boolean goOn(long done, long total) {
                            return false;
                          }
                        }))
        .isInstanceOf(CancellationException.class);
  }

  private HttpResponse<String> ask(DemoRole role, String method, String path) {
    return server.ask(
        server.tokens().of(role), method, path, method.equals("POST") ? PARAMETERS : "");
  }

  private String begin() {
    HttpResponse<String> started = ask(DemoRole.COMPLIANCE, "POST", "$verify-store");
    assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
    String location = started.headers().firstValue("Content-Location").orElseThrow();
    return location.substring(location.indexOf("$verify-store"));
  }

  private String ended(String path) {
    AtomicReference<String> report = new AtomicReference<>("");
    await()
        .atMost(120, SECONDS)
        .until(
            () -> {
              HttpResponse<String> answer = ask(DemoRole.COMPLIANCE, "GET", path);
              assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202);
              if (answer.statusCode() == 202) {
                assertThat(answer.headers().firstValue("X-Progress")).isPresent();
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
              }
              report.set(answer.body());
              return answer.statusCode() == 200;
            });
    return String.valueOf(report.get());
  }

  @Test
  @Order(2)
  @DisplayName("EXP-6 an officer starts a scan, follows it, and gets its report in three forms")
  void tellsOfficersWhatWasFound() {
    JdbcTemplate live = new JdbcTemplate(server.server().bean(DataSource.class));
    String row =
        " where res_id = (select res_id from hfj_resource where fhir_id = 'e1') and res_ver = 1";
    String before = live.queryForObject("select res_text_vc from hfj_res_ver" + row, String.class);
    assertThat(ended(begin())).contains("0 things are wrong");
    live.update("update hfj_res_ver set res_text_vc = replace(res_text_vc, 'AMB', 'IMP')" + row);
    try {
      String path = begin();
      assertThat(ended(path)).contains("Encounter/e1/_history/1: its content is not");
      assertThat(ask(DemoRole.OPERATOR, "GET", path + "&_outputFormat=csv").body())
          .startsWith("kind,place,finding\r\n")
          .contains("\"version\",\"Encounter/e1/_history/1\",\"its content");
      assertThat(ask(DemoRole.OPERATOR, "GET", path + "&_outputFormat=ndjson").body())
          .contains("\"kind\":\"version\",\"place\":\"Encounter/e1/_history/1\"");
      assertThat(ask(DemoRole.OPERATOR, "GET", path + "&_outputFormat=pdf").statusCode())
          .isEqualTo(400);
      String health =
          new String(
              server.server().bytes("actuator/health").body(),
              java.nio.charset.StandardCharsets.UTF_8);
      assertThat(health).contains("verifyStore", "\"state\":\"done\"", "\"degraded\"");
    } finally {
      live.update("update hfj_res_ver set res_text_vc = ?" + row, before);
    }
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                server
                        .server()
                        .bean(IJobCoordinator.class)
                        .getJobInstancesByJobDefinitionId(ScanJob.ID, 10, 0)
                        .stream()
                        .filter(job -> job.getStatus() == StatusEnum.COMPLETED)
                        .count()
                    >= 2);
  }

  @Test
  @Order(2)
  @DisplayName("EXP-6 a scan that was ended has no report, and one that never was has none either")
  void endsAScan() {
    String path = begin();
    assertThat(ask(DemoRole.COMPLIANCE, "DELETE", path).statusCode()).isEqualTo(202);
    assertThat(ask(DemoRole.COMPLIANCE, "GET", path).statusCode()).isIn(200, 404);
    assertThat(ask(DemoRole.COMPLIANCE, "GET", "$verify-store?_job=none").statusCode())
        .isEqualTo(404);
    assertThat(ask(DemoRole.COMPLIANCE, "GET", "$verify-store").statusCode()).isEqualTo(404);
  }

  @Test
  @Order(2)
  @DisplayName("EXP-6 nobody but compliance and operators may ask for a scan, or look at one")
  void refusesEverybodyElse() {
    String path = begin();
    for (String token :
        List.of(
            server.tokens().practitioner(ForgeryWorld.READER, "TREAT"),
            server.tokens().patient("fopen"),
            server.tokens().loader())) {
      assertThat(server.ask(token, "POST", "$verify-store", PARAMETERS).statusCode())
          .isEqualTo(403);
      assertThat(server.get(token, path).statusCode()).isEqualTo(403);
      assertThat(server.ask(token, "DELETE", path, "").statusCode()).isEqualTo(403);
    }
    assertThat(server.ask("", "POST", "$verify-store", PARAMETERS).statusCode()).isEqualTo(401);
    ended(path);
  }
}
