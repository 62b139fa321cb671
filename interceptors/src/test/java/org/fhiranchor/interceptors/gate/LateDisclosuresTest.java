package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureJournal;
import org.fhiranchor.interceptors.disclosure.DisclosureRecord;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.erasure.Erasure;
import org.fhiranchor.interceptors.erasure.ErasureOrder;
import org.fhiranchor.interceptors.erasure.ErasureRows;
import org.fhiranchor.interceptors.erasure.HapiRows;
import org.fhiranchor.interceptors.erasure.PatientRecord;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.interceptors.export.ExportFolders;
import org.fhiranchor.interceptors.export.ExportStore;
import org.fhiranchor.interceptors.export.ProvenanceExport;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.log.SequencingLoop;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.store.scan.SnapshotScan;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.fhiranchor.interceptors.testing.KeptFindings;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.ExportFilter;
import org.fhiranchor.merkle.ExportFormat;
import org.fhiranchor.merkle.JsonValue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** ERA-1, ERA-2: disclosures that are on their way while their patient is erased. */
@Tag("long")
final class LateDisclosuresTest {
  private static final PatientId GONE = new PatientId(ErasureWorld.GONE);

  @TempDir Path data;

  @Test
  @DisplayName("ERA-1 ERA-2 a disclosure that waits at the end goes too; its key goes after a leaf")
  void waitsAtTheEnd() throws InterruptedException {
    try (GatedServer server = new GatedServer(data)) {
      new ErasureWorld(server).build();
      // From now on the erasure alone gives places.
      server.server().bean(SequencingLoop.class).stop();
      List<Finding> withoutKey = new ArrayList<>();
      JournalContents contents = server.server().bean(JournalContents.class);
      AtomicBoolean told = new AtomicBoolean();
      Erasure erasure =
          erasure(
              server.server(),
              subject -> {
                contents.destroy(subject);
                withoutKey.addAll(scan(server));
              },
              () -> {
                if (isGone(server) && !told.getAndSet(true)) {
                  shows(server, Instant.now());
                }
              });

      erasure.erase(GONE, new ErasureOrder(Instant.now(), "asked for", "GDPR 17", "operator"));

      assertThat(told).isTrue();
      assertThat(left(server)).isZero();
      assertThat(withoutKey).as("found between the key's end and the record's").isEmpty();
      server.server().bean(Sequencer.class).sequence();
      assertThat(scan(server)).isEmpty();
      new LogAuditor(server.server()).leavesEqualVersions();
    }
  }

  @Test
  @DisplayName("ERA-1 ERA-2 what is recorded after the end of a request of before it goes too")
  void recordedAfterTheEnd() throws IOException {
    Instant before = Instant.now();
    try (GatedServer server = new GatedServer(data)) {
      ErasureWorld world = new ErasureWorld(server);
      world.build();
      JdbcTemplate jdbc = jdbc(server);
      assertThat(jdbc.update("update hfj_search set search_status = 'LOADING'")).isPositive();
      world.erased();
      assertThat(searches(server)).isPositive();
      jdbc.update("update hfj_search set search_status = 'FINISHED'");
      shows(server, before);
      shows(server, Instant.now());
      exports(server);
    }
    try (GatedServer server = new GatedServer(data)) {
      await().atMost(30, SECONDS).until(() -> left(server) == 1);
      await().atMost(30, SECONDS).until(() -> searches(server) == 0);
      await().atMost(30, SECONDS).untilAsserted(() -> assertThat(leftOfExports(server)).isEmpty());
      ErasureWorld world = new ErasureWorld(server);
      world.erased();
      assertThat(left(server)).as("a record of a later request").isEqualTo(1);
      world.awaitAnchor();
      assertThat(scan(server)).isEmpty();
      new LogAuditor(server.server()).leavesEqualVersions();
    }
  }

  private static Erasure erasure(
      RunningServer server, Consumer<Digest> keyGone, Runnable exportsGone) {
    return new Erasure(
        new Erasure.Parts(
            server.bean(Tombstones.class),
            server.bean(PatientRecord.class),
            server.bean(ErasureRows.class),
            server.bean(HapiRows.class),
            server.bean(Sequencer.class),
            server.bean(ChainRows.class),
            server.bean(ConfirmedLeaves.class),
            Optional.of(server.bean(SubjectTags.class)),
            keyGone,
            ids -> {},
            exportsGone),
        new SecureRandom(),
        InstantSource.system());
  }

  /** Exports made in between: one that is done, and one that another node makes. */
  private static void exports(GatedServer server) throws IOException {
    ExportStore store = server.server().bean(ExportStore.class);
    for (ProvenanceExport.State state :
        List.of(ProvenanceExport.State.DONE, ProvenanceExport.State.RUNNING)) {
      String id = UUID.randomUUID().toString();
      Instant now = Instant.now();
      store.add(
          new ProvenanceExport.Order(
              id, "holder", "{}", "$export-provenance", ExportFilter.ALL, ExportFormat.NDJSON),
          now);
      // A beat of later: nobody takes it over.
      store.claim(id, "another", now.plus(Duration.ofDays(1)), now);
      if (state == ProvenanceExport.State.DONE) {
        store.end(id, "another", state, now);
      }
      Path folder = server.server().bean(ExportFolders.class).folder(id);
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("leaves.ndjson"), "Observation?x=on-way");
    }
    assertThat(leftOfExports(server)).hasSize(4);
  }

  /** Their rows and folders. */
  private static List<String> leftOfExports(GatedServer server) throws IOException {
    List<String> left =
        new ArrayList<>(
            jdbc(server).queryForList("select state from provenance_export", String.class));
    Path folder = server.server().bean(ExportFolders.class).folder(new UUID(0, 0).toString());
    try (Stream<Path> folders = Files.list(Objects.requireNonNull(folder.getParent()))) {
      folders.map(Path::toString).forEach(left::add);
    }
    return left;
  }

  private static boolean isGone(GatedServer server) {
    return server.server().bean(ErasureRows.class).find("Patient", GONE.value()).isEmpty();
  }

  /** A disclosure of a request that began then is recorded now. */
  private static void shows(GatedServer server, Instant at) {
    server
        .server()
        .bean(DisclosureJournal.class)
        .shows(
            List.of(
                new DisclosureRecord(
                    at,
                    Optional.of(GONE),
                    new JsonValue.Obj(Map.of("query", new JsonValue.Str("Observation?x=on-way"))),
                    false,
                    false)));
  }

  /** Records of the patient that have their content. */
  private static long left(GatedServer server) {
    String subject = server.server().bean(SubjectTags.class).of(Optional.of(GONE)).hex();
    return count(
        server,
        "select count(*) from disclosure where content is not null and subject = ?",
        subject);
  }

  private static long searches(GatedServer server) {
    return count(
        server,
        "select count(*) from hfj_search where search_query_string_vc like ?",
        "%" + GONE.value() + "%");
  }

  private static long count(GatedServer server, String sql, String value) {
    Long found = jdbc(server).queryForObject(sql, Long.class, value);
    return found == null ? 0 : found;
  }

  private static JdbcTemplate jdbc(GatedServer server) {
    return new JdbcTemplate(server.server().bean(DataSource.class));
  }

  private static List<Finding> scan(GatedServer server) {
    KeptFindings found = new KeptFindings();
    new SnapshotScan(server.server().bean(DataSource.class), server.server().bean(StoreScan.class))
        .scan(found);
    return found.all();
  }
}
