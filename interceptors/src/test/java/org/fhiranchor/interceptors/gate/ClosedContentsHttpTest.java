package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.plain.JournalTexts;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.interceptors.store.SqlDisclosureStore;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.interceptors.store.SqlTombstones;
import org.fhiranchor.interceptors.store.scan.SnapshotScan;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.fhiranchor.interceptors.testing.KeptFindings;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** ERA-3 over HTTP: who asked for what, and why, is read as before, and stands in no table. */
@Tag("long")
final class ClosedContentsHttpTest {
  private static final String WHAT = "Observation?patient=" + ErasureWorld.GONE + "&code=x-93f1";

  @TempDir Path data;

  @Test
  @DisplayName("ERA-3 no row says who asked for what; a copy of before an erasure opens nothing")
  void closed() {
    try (GatedServer server = new GatedServer(data)) {
      ErasureWorld world = new ErasureWorld(server);
      world.build();
      String reader = server.tokens().practitioner(ErasureWorld.READER, "TREAT");
      assertThat(server.get(reader, WHAT).statusCode()).isEqualTo(200);
      JdbcTemplate jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
      assertThat(raw(jdbc)).isNotEmpty().noneMatch(text -> text.contains("requester"));
      asOfBefore(server, jdbc);
      assertThat(raw(jdbc)).anyMatch(text -> text.contains("requester"));
      for (String patient : List.of(ErasureWorld.GONE, ErasureWorld.STAYS)) {
        assertThat(accounting(server, patient)).contains(ErasureWorld.READER);
      }
      world.awaitAnchor();
      assertThat(scan(server)).isEmpty();
      DataSource copy = copied(jdbc, data.resolve("copy.sql"));
      assertThat(texts(server, copy, ErasureWorld.GONE)).anyMatch(text -> text.contains("x-93f1"));

      world.erased();

      assertThat(texts(server, copy, ErasureWorld.GONE)).hasSizeGreaterThan(3).containsOnly("");
      assertThat(texts(server, copy, ErasureWorld.STAYS)).isNotEmpty().doesNotContain("");
      assertThat(accounting(server, ErasureWorld.STAYS)).contains(ErasureWorld.READER);
      new LogAuditor(server.server()).leavesEqualVersions();
      world.awaitAnchor();
      assertThat(scan(server)).isEmpty();
    }
  }

  @Test
  @DisplayName("DIS-9 ERA-1 without its keys nothing starts; with the journal off it is erased too")
  void switchedOff() throws IOException {
    try (GatedServer server = new GatedServer(data)) {
      new ErasureWorld(server).build();
    }
    Path keys = data.resolve("erasure.mv.db");
    Path elsewhere = Files.move(keys, data.resolve("elsewhere"));
    assertThatThrownBy(() -> new GatedServer(data))
        .hasRootCauseInstanceOf(StartRefusedException.class)
        .hasStackTraceContaining("anchor.erasure.keys.url");
    assertThat(keys).doesNotExist();
    Files.move(elsewhere, keys);
    try (GatedServer server = new GatedServer(data, "--anchor.disclosures.enabled=false")) {
      ErasureWorld world = new ErasureWorld(server);
      JdbcTemplate jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
      world.awaitAnchor();
      assertThat(scan(server)).isEmpty();
      long before = raw(jdbc).size();
      world.erased();
      assertThat((long) raw(jdbc).size()).isPositive().isLessThan(before);
      world.awaitAnchor();
      assertThat(scan(server)).isEmpty();
      assertThat(
              new JdbcTemplate(server.server().bean(SqlTombstones.Source.class).data())
                  .queryForObject("select count(*) from content_key_gone", Long.class))
          .isEqualTo(1);
    }
  }

  private static List<String> raw(JdbcTemplate jdbc) {
    return jdbc
        .queryForList("select content from disclosure where content is not null", byte[].class)
        .stream()
        .map(content -> new String(content, UTF_8))
        .toList();
  }

  private static String accounting(GatedServer server, String patient) {
    HttpResponse<String> answer =
        server.get(
            server.tokens().of(DemoRole.COMPLIANCE),
            "Patient/" + patient + "/$disclosures?_outputFormat=csv");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String subject(GatedServer server, String patient) {
    return server.server().bean(SubjectTags.class).of(Optional.of(new PatientId(patient))).hex();
  }

  /** The newest record of a patient as a version without keys wrote it. */
  private static void asOfBefore(GatedServer server, JdbcTemplate jdbc) {
    String subject = subject(server, ErasureWorld.STAYS);
    List<String> all = new JournalTexts(server.server()).of(subject);
    String last = all.get(all.size() - 1);
    assertThat(
            jdbc.update(
                "update disclosure set content = ? where digest = ?",
                last.getBytes(UTF_8),
                Digest.sha256(last.getBytes(UTF_8)).bytes()))
        .isEqualTo(1);
  }

  private static DataSource copied(JdbcTemplate jdbc, Path script) {
    jdbc.queryForList("script to '" + script + "'");
    JdbcDataSource copy = new JdbcDataSource();
    copy.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    new JdbcTemplate(copy).execute("runscript from '" + script + "'");
    return copy;
  }

  /** What the present keys open in a copy. */
  private static List<String> texts(GatedServer server, DataSource copy, String patient) {
    JdbcTemplate jdbc = new JdbcTemplate(copy);
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(copy));
    PendingSeal seals = new PendingSeal(server.server().bean(LogSigningKey.class));
    DisclosureStore store =
        new SqlDisclosureStore(
            jdbc,
            transactions,
            new SqlLogStore(jdbc, transactions, seals),
            seals,
            server.server().bean(JournalContents.class));
    return store
        .of(Digest.fromHex(subject(server, patient)), DisclosureStore.Within.EVER, 0, 1_000)
        .stream()
        .map(DisclosureStore.Kept::json)
        .toList();
  }

  private static List<Finding> scan(GatedServer server) {
    KeptFindings found = new KeptFindings();
    new SnapshotScan(server.server().bean(DataSource.class), server.server().bean(StoreScan.class))
        .scan(found);
    return found.all();
  }
}
