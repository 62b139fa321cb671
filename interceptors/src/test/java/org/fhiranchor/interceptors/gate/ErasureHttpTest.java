package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.store.scan.SnapshotScan;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.fhiranchor.interceptors.testing.KeptFindings;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.merkle.AccountingVerification;
import org.fhiranchor.merkle.ErasureCertificate;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.ProofFormatException;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** ERA-1, ERA-2: a patient is erased over HTTP, and nothing of them is left in any file. */
@Tag("long")
@SuppressWarnings("NullAway.Init")
final class ErasureHttpTest {
  @TempDir Path data;
  @TempDir Path exported;

  private GatedServer server;
  private ErasureWorld world;

  @Test
  @DisplayName("ERA-1, ERA-2 on H2 an erased patient is in no file, and all other proofs hold")
  void erasesOnH2() throws IOException, SQLException {
    start();
    world.build();
    assertThat(namedIn(files())).containsExactlyInAnyOrderElementsOf(ErasureWorld.SECRETS);
    erase();
    server.close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tombstones())))
        .isEqualTo("rw-------");
    compactH2();
    assertThat(namedIn(files())).isSubsetOf(ErasureWorld.GONE);
    start();
    seenAfterwards();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @DisplayName("ERA-1, ERA-2 on PostgreSQL an erased patient is in no file of the database")
  void erasesOnPostgres() throws IOException {
    try (PostgresServer postgres = PostgresServer.start();
        PostgresServer tombstones = PostgresServer.start()) {
      String[] settings = {
        "--spring.datasource.url=" + postgres.url(),
        "--spring.datasource.username=" + postgres.user(),
        "--anchor.erasure.keys.url=" + tombstones.url(),
        "--anchor.erasure.keys.username=" + tombstones.user()
      };
      start(settings);
      world.build();
      assertThat(namedIn(tables())).containsExactlyInAnyOrderElementsOf(ErasureWorld.SECRETS);
      erase();
      // What is kept names the patient still.
      assertThat(namedIn(tables())).isSubsetOf(ErasureWorld.GONE);
      server.close();
      start(settings);
      seenAfterwards();
      server.close();
    } finally {
      server.close();
    }
  }

  private Path tombstones() {
    return data.resolve("erasure.mv.db");
  }

  private void start(String... settings) {
    server = new GatedServer(data, settings);
    world = new ErasureWorld(server);
  }

  private void erase() {
    String reader = server.tokens().practitioner(ErasureWorld.READER, "TREAT");
    refusesEverybodyElse(reader);
    String before = server.get(reader, "Observation/o-77c2/$proof").body();
    ExportClient officer = new ExportClient(server, server.tokens().of(DemoRole.COMPLIANCE));
    String earlier = officer.start("");
    assertThat(officer.ended(earlier).statusCode()).isEqualTo(200);
    officer.ended(officer.start("?patient=Patient/" + ErasureWorld.GONE));
    assertThat(askedOfExports()).anyMatch(text -> text.contains(ErasureWorld.GONE));
    Parameters answer = world.erased();
    assertThat(askedOfExports()).isEmpty();
    assertThat(server.get(officer.token(), earlier).statusCode())
        .as("an export that may hold the record")
        .isEqualTo(404);
    certified(answer);
    assertThat(strings(answer, "kept")).containsExactly("Observation/shared-77c1");
    assertThat(world.foundStill()).containsExactly("Observation/o-77c20", "call 9");
    String again = world.erased().getParameter("certificate").toString();
    assertThat(again).isNotEmpty();
    new LogAuditor(server.server()).leavesEqualVersions();
    world.awaitAnchor();
    assertThat(scan()).isEmpty();
    readWhileErased();
    exports(officer);
    tamperedWithoutItsLeaf();
    verified(before);
    verified(server.get(reader, "Observation/o-77c2/$proof").body());
  }

  /** A leaf that was read, and erased before it was asked which are erased, is no gap. */
  private void readWhileErased() {
    ConfirmedLeaves leaves = server.server().bean(ConfirmedLeaves.class);
    LeafIndex begin = new LeafIndex(0);
    LeafIndex end = new LeafIndex(leaves.head().orElseThrow().size().value());
    Set<Long> erased = leaves.erased(begin, end, Stream.empty(), leaves.head());
    LeafIndex read = new LeafIndex(erased.iterator().next());
    assertThat(leaves.erased(begin, end, Stream.of(read), leaves.head()))
        .hasSize(erased.size() - 1)
        .doesNotContain(read.value());
  }

  /** What was asked for, with the filter, of each export of provenance. */
  private List<String> askedOfExports() {
    return new JdbcTemplate(server.server().bean(DataSource.class))
        .query(
            "select request, filter from provenance_export",
            (row, n) ->
                new String(row.getBytes(1), UTF_8) + " " + new String(row.getBytes(2), UTF_8));
  }

  /** With the erased leaves named, and without what they said. */
  private void exports(ExportClient officer) {
    Path folder = officer.download(officer.start(""), exported);
    assertThat(officer.verify(folder)).isInstanceOf(Verdict.Verified.class);
    assertThat(officer.verify(folder).toString()).contains("that leaves say were erased");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(namedIn(files.toList())).isSubsetOf(ErasureWorld.GONE);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void refusesEverybodyElse(String reader) {
    for (String token :
        List.of(
            reader,
            server.tokens().patient(ErasureWorld.GONE),
            server.tokens().loader(),
            server.tokens().of(DemoRole.COMPLIANCE))) {
      assertThat(world.erase(token).statusCode()).isEqualTo(403);
    }
    assertThat(world.erase("").statusCode()).isEqualTo(401);
    String operator = server.tokens().of(DemoRole.OPERATOR);
    assertThat(
            server
                .ask(operator, "POST", "Patient/none-77/$erase", ErasureWorld.PARAMETERS)
                .statusCode())
        .isEqualTo(403);
    assertThat(
            server
                .ask(
                    operator,
                    "POST",
                    "Patient/" + ErasureWorld.GONE + "/$erase",
                    "{\"resourceType\":\"Parameters\"}")
                .statusCode())
        .isEqualTo(400);
  }

  private LogSigningKey key() {
    return server.server().bean(LogSigningKey.class);
  }

  private void certified(Parameters answer) {
    String note = strings(answer, "certificate").get(0);
    ErasureCertificate certificate = ErasureCertificate.open(note, key().verifierKey());
    assertThat(note).startsWith(key().verifierKey().name() + "/erasure/v1\n");
    assertThat(certificate.reason()).isEqualTo("asked for by letter");
    assertThat(certificate.basis()).isEqualTo("GDPR 17(1)(b)");
    assertThat(certificate.leaves().count())
        .isEqualTo(certificate.versions() + certificate.events());
    assertThat(certificate.versions()).isEqualTo(10);
    assertThat(certificate.contents().count()).isPositive();
    assertThat(certificate.namedBy().last()).isLessThan(certificate.checkpoint().size().value());
    assertThatThrownBy(() -> SignedCheckpoint.parse(note)).isInstanceOf(ProofFormatException.class);
    for (String proof : strings(answer, "proof")) {
      assertThat(
              certificate
                  .namedBy()
                  .contains(ProofFile.parse(proof.getBytes(UTF_8)).leafIndex().value()))
          .isTrue();
      verified(proof);
    }
  }

  private static List<String> strings(Parameters answer, String name) {
    return answer.getParameter().stream()
        .filter(one -> one.getName().equals(name))
        .map(one -> one.getValue().primitiveValue())
        .toList();
  }

  /** Up to the log's own signature. */
  private void verified(String proof) {
    ProofFile read = ProofFile.parse(proof.getBytes(UTF_8));
    Verdict verdict =
        Verification.ofStatement(proof.getBytes(UTF_8), key().verifierKey(), evidence(read));
    assertThat(verdict).isNotInstanceOf(Verdict.NotVerified.class);
  }

  private static HeadEvidence evidence(ProofFile proof) {
    return proof
        .anchor()
        .<HeadEvidence>map(
            anchor -> new HeadEvidence.OnLedger(anchor.size(), anchor.root(), Optional.empty()))
        .orElseGet(() -> new HeadEvidence.Unavailable("not anchored"));
  }

  private List<Finding> scan() {
    KeptFindings found = new KeptFindings();
    new SnapshotScan(server.server().bean(DataSource.class), server.server().bean(StoreScan.class))
        .scan(found);
    return found.all();
  }

  /** An erased row that no leaf names is an edited one. */
  private void tamperedWithoutItsLeaf() {
    DataSource source = server.server().bean(DataSource.class);
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement edit = connection.createStatement()) {
        assertThat(
                edit.executeUpdate(
                    "update anchor_leaf set kind = 'Erased', chain = 'erased', version_id = null,"
                        + " statement = cast('' as bytea), salt = cast('' as bytea), record = null"
                        + " where chain = 'resource:Observation/o-77c2'"))
            .isEqualTo(1);
      }
      KeptFindings found = new KeptFindings();
      server.server().bean(StoreScan.class).run(connection, found);
      connection.rollback();
      assertThat(found.all())
          .anyMatch(
              one ->
                  one.kind() == Finding.Kind.LEAF
                      && one.what().equals("it is erased, and no leaf of an erasure names it"))
          .anyMatch(one -> one.kind() == Finding.Kind.VERSION);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is left to be seen, after a restart. */
  private void seenAfterwards() {
    String reader = server.tokens().practitioner(ErasureWorld.READER, "TREAT");
    String operator = server.tokens().of(DemoRole.OPERATOR);
    for (String path :
        List.of(
            "Patient/%s",
            "Patient/%s/_history",
            "Patient/%s/_history/1",
            "Patient/%s/$proof",
            "Patient/%s/$everything")) {
      same(
          server.get(reader, path.formatted(ErasureWorld.GONE)),
          server.get(reader, path.formatted("never-77c1")));
    }
    same(server.get(reader, "Observation/o-77c1"), server.get(reader, "Observation/never-77c1"));
    assertThat(server.get(reader, "Observation/o-77c2").statusCode()).isEqualTo(200);
    HttpResponse<String> refused =
        server.ask(
            server.tokens().loader(),
            "PUT",
            "Patient/" + ErasureWorld.GONE,
            "{\"resourceType\":\"Patient\",\"id\":\"%s\"}".formatted(ErasureWorld.GONE));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
    String again =
        GatedServer.observationOf(
            "o-77c1", "\"subject\":{\"reference\":\"Patient/" + ErasureWorld.STAYS + "\"}");
    assertThat(
            server.ask(server.tokens().loader(), "PUT", "Observation/o-77c1", again).statusCode())
        .isEqualTo(403);
    assertThat(server.versions("Observation/o-77c1")).isEmpty();
    accountingVerifies(operator);
    new LogAuditor(server.server()).leavesEqualVersions();
    world.awaitAnchor();
    assertThat(scan()).isEmpty();
  }

  private static void same(HttpResponse<String> one, HttpResponse<String> other) {
    assertThat(one.statusCode()).isEqualTo(other.statusCode());
    assertThat(one.body().replace(ErasureWorld.GONE, "never-77c1")).isEqualTo(other.body());
  }

  private void accountingVerifies(String operator) {
    world.awaitAnchor();
    String file =
        server
            .get(operator, "Patient/" + ErasureWorld.GONE + "/$disclosures?_outputFormat=proofs")
            .body();
    AccountingVerification check =
        new AccountingVerification(
            key().verifierKey(), ErasureHttpTest::evidence, Optional.empty());
    file.lines().forEach(line -> check.read(line.getBytes(UTF_8)));
    Verdict verdict = check.verdict();
    assertThat(verdict.toString()).doesNotContain("NotVerified");
    assertThat(verdict.passed().toString())
        .contains("without content, which a leaf says was erased");
  }

  private void compactH2() throws SQLException {
    try (Connection connection = DriverManager.getConnection(RunningServer.h2(data));
        Statement statement = connection.createStatement()) {
      try (ResultSet script = statement.executeQuery("script")) {
        while (script.next()) {
          String line = script.getString(1);
          assertThat(ErasureWorld.SECRETS.stream().filter(line::contains))
              .isSubsetOf(ErasureWorld.GONE);
        }
      }
      statement.execute("shutdown compact");
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /**
   * The database's own files, after VACUUM FULL; write-ahead log and archives are not among them.
   */
  private List<Path> tables() throws IOException {
    JdbcTemplate jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
    // The planner's statistics hold values of columns, and ANALYZE leaves those of an empty table.
    jdbc.execute("delete from pg_statistic");
    jdbc.execute("vacuum full");
    jdbc.execute("analyze");
    jdbc.execute("checkpoint");
    Path folder =
        Path.of(
            jdbc.queryForObject("show data_directory", String.class),
            "base",
            String.valueOf(
                jdbc.queryForObject(
                    "select oid from pg_database where datname = current_database()", Long.class)));
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static Set<String> namedIn(List<Path> files) throws IOException {
    Set<String> found = new TreeSet<>();
    for (Path file : files) {
      String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
      ErasureWorld.SECRETS.stream().filter(bytes::contains).forEach(found::add);
    }
    return found;
  }
}
