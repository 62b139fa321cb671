package org.fhiranchor.interceptors.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.AccountingProofs;
import org.fhiranchor.interceptors.disclosure.DisclosureJournal;
import org.fhiranchor.interceptors.disclosure.DisclosureRecord;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.log.heads.HeadsProofs;
import org.fhiranchor.interceptors.log.heads.PatientHeads;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlChainRows;
import org.fhiranchor.interceptors.store.SqlDisclosureStore;
import org.fhiranchor.interceptors.store.SqlExportStore;
import org.fhiranchor.interceptors.store.SqlHeadsParts;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.ExportFilter;
import org.fhiranchor.merkle.ExportFolder;
import org.fhiranchor.merkle.ExportFormat;
import org.fhiranchor.merkle.ExportManifest;
import org.fhiranchor.merkle.ExportVerification;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.Verdict;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A log with versions and disclosures in a database, and what makes exports of it. */
final class ExportWorld implements AutoCloseable {
  private static final int BATCH = 1_000;
  static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  final LogSigningKey key;
  final SqlLogStore log;
  final SqlExportStore exports;
  final ExportFolders folders;
  final DisclosureJournal journal;
  private final SecureRandom random = new SecureRandom();
  private final SubjectTags tags = new SubjectTags(new byte[32]);
  private final ExportWriter.Sources sources;
  private final Sequencer sequencer;
  private final PatientHeads heads;
  private Instant time = NOW;

  ExportWorld(DataSource data, Path folder) {
    key = LogSigningKey.generate("example.org/log", random);
    AnchorSchema.migrate(data);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(data));
    log = new SqlLogStore(jdbc, transactions, new PendingSeal(key));
    sequencer = new Sequencer(log, key, BATCH);
    SqlDisclosureStore disclosures =
        new SqlDisclosureStore(
            jdbc, transactions, log, new PendingSeal(key), JournalContents.plain());
    ChainRows rows = new SqlChainRows(jdbc, new PendingSeal(key));
    LogHealth health = new LogHealth();
    Proofs proofs = new Proofs(log, Anchors.none(), health);
    exports = new SqlExportStore(jdbc);
    folders = new ExportFolders(folder);
    journal =
        new DisclosureJournal(
            new DisclosureJournal.Parts(disclosures, tags, random, () -> NOW),
            new DisclosureJournal.Limits(1_000, BATCH, Duration.ofMinutes(1), 60),
            () -> {});
    journal.start();
    ConfirmedLeaves leaves = new ConfirmedLeaves(rows, log, health);
    heads =
        new PatientHeads(
            new PatientHeads.Parts(
                sequencer, log, rows, leaves, new SqlHeadsParts(jdbc), tags::headSalt, health),
            random,
            this::now);
    sources =
        new ExportWriter.Sources(
            log,
            rows,
            leaves,
            disclosures,
            new AccountingProofs(
                new AccountingProofs.Sources(disclosures, rows, log),
                tags,
                proofs,
                new HeadsProofs(log, new SqlHeadsParts(jdbc), tags::headSalt)),
            proofs,
            (patient, resource) -> {});
  }

  /** So many disclosures and half as many versions, all in their places. */
  void fill(int count) {
    for (int from = 0; from < count; from += BATCH) {
      List<DisclosureRecord> records = new ArrayList<>();
      List<PendingLeaf> versions = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + BATCH); i++) {
        records.add(shown("p" + i % 97, i));
        if (i % 2 == 0) {
          versions.add(version(i));
        }
      }
      journal.shows(records);
      log.addPending(versions);
      sequence();
    }
  }

  /** Numbers all that waits. */
  void sequence() {
    while (sequencer.sequence().orElse(0) > 0) {
      // until nothing waits
    }
  }

  /** One disclosure more, which nobody numbers yet. */
  void show(int i) {
    journal.shows(List.of(shown("p" + i % 97, i)));
  }

  /** The end of the log, as the anchorer asks for it. */
  Optional<Checkpoint> ended() {
    return heads.ended();
  }

  private static DisclosureRecord shown(String patient, int i) {
    Map<String, JsonValue> content =
        Map.of(
            "v", new JsonValue.Num("1"),
            "outcome", new JsonValue.Str(i % 5 == 0 ? "refused" : "shown"),
            "interaction", new JsonValue.Str("read Observation"),
            "patient", new JsonValue.Str("Patient/" + patient),
            "requester",
                new JsonValue.Obj(Map.of("person", new JsonValue.Str("Practitioner/" + i % 11))),
            "resources",
                new JsonValue.Arr(List.of(new JsonValue.Str("Observation/" + i + "/_history/1"))));
    return new DisclosureRecord(
        NOW.plusMillis(i),
        Optional.of(new PatientId(patient)),
        new JsonValue.Obj(content),
        false,
        false);
  }

  private PendingLeaf version(int i) {
    SaltedRecord record =
        SaltedRecord.of(
            Map.of("v", "2", "writer", "client", "user", "Practitioner/" + i % 11),
            Salt.random(random));
    return new PendingLeaf(
        new Statement.ResourceVersion(
            NOW.plusMillis(i),
            new ResourceKey("Observation", Integer.toString(i)),
            "1",
            Operation.CREATE,
            Optional.of(TreeHash.EMPTY),
            record.digest(),
            Optional.empty()),
        Salt.random(random),
        record.json());
  }

  /** Somebody asks for one. */
  String ask(ExportFormat format) {
    return ask(ExportFilter.ALL, format);
  }

  String ask(ExportFilter filter, ExportFormat format) {
    String id = UUID.randomUUID().toString();
    exports.add(new ProvenanceExport.Order(id, "holder", "{}", "request", filter, format), now());
    return id;
  }

  /** Each look at the clock is two seconds later, so that a mark is always due. */
  Instant now() {
    time = time.plusSeconds(2);
    return time;
  }

  void wait(Duration duration) {
    time = time.plus(duration);
  }

  /** A node that makes exports when it is told to, before it answers. */
  ExportRunner node(ExportStore store) {
    return new ExportRunner(
        new ExportRunner.Parts(
            store,
            new ExportWriter(sources, folders, key, this::now),
            new ExportJournal(journal, folders, this::now, purposes -> Optional.empty()),
            folders),
        Duration.ofDays(1),
        this::now,
        new AtOnce());
  }

  /** Runs what it is given in the caller's thread. */
  private static final class AtOnce extends AbstractExecutorService {
    private boolean ended;

    @Override
    public void execute(Runnable work) {
      work.run();
    }

    @Override
    public void shutdown() {
      ended = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      ended = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return ended;
    }

    @Override
    public boolean isTerminated() {
      return ended;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  /** What somebody with all files and the head from elsewhere finds. */
  Verdict verify(String id) {
    Path folder = folders.folder(id);
    ExportFolder files =
        new ExportFolder() {
          @Override
          public Set<String> names() throws IOException {
            try (Stream<Path> all = Files.list(folder)) {
              return all.map(file -> String.valueOf(file.getFileName()))
                  .filter(name -> !name.equals(ExportOutput.PATIENTS))
                  .collect(Collectors.toSet());
            }
          }

          @Override
          public InputStream open(String name) throws IOException {
            return Files.newInputStream(folder.resolve(name));
          }
        };
    try {
      ExportManifest manifest =
          ExportManifest.parse(Files.readAllBytes(folder.resolve("manifest.json")));
      return new ExportVerification(
              files,
              key.verifierKey(),
              anchor ->
                  new HeadEvidence.Pinned(
                      manifest.origin().checkpoint().checkpoint().size(),
                      manifest.origin().checkpoint().checkpoint().root()),
              Optional.empty())
          .verify();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  String text(String id, String name) {
    try {
      return Files.readString(folders.folder(id).resolve(name), UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public void close() {
    try {
      journal.stop();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
