package org.fhiranchor.interceptors.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.AccessRequester;
import org.fhiranchor.interceptors.disclosure.DisclosureJournal;
import org.fhiranchor.interceptors.disclosure.DisclosureRecord;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.JournalUnavailableException;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The journal on both databases: shared commits, bounds, and what happens when it cannot write. */
final class DisclosureJournalTest {
  private static final int CLIENTS = 16;
  private static final int EACH = 50;
  private static final int PATIENTS = 7;
  private static final AccessRequester WHO =
      new AccessRequester(
          new Requester(
              "doc",
              Optional.of("app"),
              Optional.of("Practitioner/doc"),
              Optional.empty(),
              Optional.empty(),
              Set.of(),
              SmartScopes.parse("user/*.rs")),
          Optional.empty());

  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/log", random);
  private final SubjectTags tags = new SubjectTags(new byte[32]);
  private final AtomicInteger commits = new AtomicInteger();

  @Test
  @DisplayName("DIS-2 DIS-3 on H2 requests share commits, and numbers have no gap")
  void sharesCommitsOnH2() throws Exception {
    sharesCommits(h2());
  }

  @Test
  @DisplayName("DIS-2 DIS-3 on PostgreSQL requests share commits, and numbers have no gap")
  void sharesCommitsOnPostgres() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      sharesCommits(postgres(server));
    }
  }

  private static DataSource h2() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    return h2;
  }

  private static DataSource postgres(PostgresServer server) {
    PGSimpleDataSource postgres = new PGSimpleDataSource();
    postgres.setUrl(server.url());
    postgres.setUser(server.user());
    return postgres;
  }

  private LogStore log(DataSource data) {
    AnchorSchema.migrate(data);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    return new SqlLogStore(
        jdbc,
        new TransactionTemplate(new DataSourceTransactionManager(data)),
        new PendingSeal(key));
  }

  private SqlDisclosureStore store(DataSource data, LogStore log) {
    return new SqlDisclosureStore(
        new JdbcTemplate(data),
        new TransactionTemplate(new DataSourceTransactionManager(data)),
        log,
        new PendingSeal(key),
        JournalContents.plain());
  }

  private DisclosureJournal journal(DisclosureStore store, DisclosureJournal.Limits limits) {
    DisclosureJournal journal =
        new DisclosureJournal(
            new DisclosureJournal.Parts(store, tags, random, Instant::now),
            limits,
            commits::incrementAndGet);
    journal.start();
    return journal;
  }

  private static DisclosureJournal.Limits limits() {
    return new DisclosureJournal.Limits(1_000, 200, Duration.ofSeconds(30), 60);
  }

  private static DisclosureRecord shown(String patient) {
    return record(Optional.of(new PatientId(patient)), false);
  }

  private static DisclosureRecord record(Optional<PatientId> patient, boolean refusal) {
    return new DisclosureRecord(
        Instant.now(),
        patient,
        new JsonValue.Obj(Map.of("v", new JsonValue.Num("1"))),
        false,
        refusal);
  }

  private void sharesCommits(DataSource data) throws Exception {
    LogStore log = log(data);
    SqlDisclosureStore store = store(data, log);
    DisclosureJournal journal = journal(store, limits());
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    List<Future<?>> running = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      int first = client;
      running.add(
          clients.submit(
              () -> {
                for (int i = 0; i < EACH; i++) {
                  journal.closed(WHO, List.of(shown("p" + (first + i) % PATIENTS)));
                }
              }));
    }
    for (Future<?> client : running) {
      client.get(60, SECONDS);
    }
    clients.shutdown();
    journal.stop();
    assertThat(commits.get()).isLessThan(CLIENTS * EACH);
    System.out.printf("%d records in %d commits%n", CLIENTS * EACH, commits.get());
    sequenceAll(log, CLIENTS * EACH);
    int found = 0;
    for (int patient = 0; patient < PATIENTS; patient++) {
      Digest subject = tags.of(Optional.of(new PatientId("p" + patient)));
      List<SequencedLeaf> leaves = log.disclosures(subject, 10_000);
      for (int i = 0; i < leaves.size(); i++) {
        Statement.Disclosure last = (Statement.Disclosure) leaves.get(i).statement();
        assertThat(last.sequence()).isEqualTo(leaves.size() - i);
      }
      assertThat(store.count(subject)).isEqualTo(leaves.size());
      found += leaves.size();
    }
    assertThat(found).isEqualTo(CLIENTS * EACH);
  }

  private void sequenceAll(LogStore log, int leaves) {
    Sequencer sequencer = new Sequencer(log, key, 97);
    int numbered = 0;
    while (numbered < leaves) {
      numbered += sequencer.sequence().orElseThrow();
    }
    assertThat(log.pendingCount()).isZero();
  }

  @Test
  @DisplayName("DIS-3 a chain whose newest leaf was edited is not numbered any further")
  void editedChain() throws Exception {
    DataSource data = h2();
    LogStore log = log(data);
    DisclosureJournal journal = journal(store(data, log), limits());
    journal.closed(WHO, List.of(shown("p"), shown("p")));
    sequenceAll(log, 2);
    new JdbcTemplate(data)
        .update(
            "update anchor_leaf set statement = cast(replace(utf8tostring(statement),"
                + " '\"sequence\":2', '\"sequence\":7') as varbinary) where leaf_index = 1");
    journal.closed(WHO, List.of(shown("p")));
    assertThatExceptionOfType(CorruptLogException.class)
        .isThrownBy(() -> new Sequencer(log, key, 97).sequence());
    journal.stop();
  }

  @Test
  @DisplayName("FOL-3 a disclosure that waits is sealed, and is counted neither edited nor twice")
  void sealed() throws Exception {
    DataSource data = h2();
    LogStore log = log(data);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    DisclosureJournal journal = journal(store(data, log), limits());
    journal.closed(WHO, List.of(shown("p"), shown("q")));
    journal.stop();
    jdbc.execute("create table kept as select * from anchor_pending");
    jdbc.update("update anchor_pending set salt = (select max(salt) from kept)");
    refused(log, "has no valid seal");
    jdbc.update("delete from anchor_pending");
    jdbc.execute("insert into anchor_pending select * from kept");
    sequenceAll(log, 2);
    jdbc.execute("insert into anchor_pending select * from kept");
    refused(log, "has its place already");
  }

  private void refused(LogStore log, String why) {
    assertThatExceptionOfType(CorruptLogException.class)
        .isThrownBy(() -> new Sequencer(log, key, 97).sequence())
        .withMessageContaining(why);
  }

  @Test
  @DisplayName("DIS-2 who cannot be written is told so, and nothing of the transaction stays")
  void failingStore() throws Exception {
    DataSource data = h2();
    LogStore log = log(data);
    DisclosureJournal journal = journal(store(data, log), limits());
    JdbcTemplate jdbc = new JdbcTemplate(data);
    jdbc.execute("alter table anchor_pending rename to away");
    assertThatExceptionOfType(JournalUnavailableException.class)
        .isThrownBy(() -> journal.closed(WHO, List.of(shown("p"))));
    jdbc.execute("alter table away rename to anchor_pending");
    assertThat(jdbc.queryForObject("select count(*) from disclosure", Long.class)).isZero();
    journal.closed(WHO, List.of(shown("p")));
    assertThat(log.pendingCount()).isEqualTo(1);
    journal.stop();
    assertThatExceptionOfType(JournalUnavailableException.class)
        .isThrownBy(() -> journal.closed(WHO, List.of(shown("p"))));
  }

  @Test
  @DisplayName("DIS-2 a full queue and a long wait refuse, one past the limit")
  void bounded() throws Exception {
    SlowStore slow = new SlowStore();
    DisclosureJournal journal =
        journal(slow, new DisclosureJournal.Limits(1, 10, Duration.ofMillis(200), 60));
    ExecutorService clients = Executors.newFixedThreadPool(3);
    List<Future<?>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(clients.submit(() -> journal.closed(WHO, List.of(shown("p")))));
    }
    for (Future<?> one : waiting) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> one.get(10, SECONDS))
          .withCauseInstanceOf(JournalUnavailableException.class);
    }
    slow.letGo(10);
    clients.shutdown();
    journal.stop();
  }

  @Test
  @DisplayName(
      "DIS-5 on H2 refusals past the sixtieth of a minute are counted, and then one record")
  void countsOnH2() throws Exception {
    counts(h2());
  }

  @Test
  @DisplayName("DIS-5 on PostgreSQL refusals past the sixtieth are counted, and then one record")
  void countsOnPostgres() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      counts(postgres(server));
    }
  }

  private void counts(DataSource data) throws Exception {
    LogStore log = log(data);
    SqlDisclosureStore store = store(data, log);
    Instant longAgo = Instant.parse("2026-01-02T03:04:05Z");
    DisclosureJournal journal =
        new DisclosureJournal(
            new DisclosureJournal.Parts(store, tags, random, () -> longAgo), limits(), () -> {});
    journal.start();
    for (int i = 0; i < 75; i++) {
      DisclosureRecord refusal = record(Optional.of(new PatientId("p")), true);
      journal.closed(
          WHO,
          List.of(
              new DisclosureRecord(longAgo, refusal.patient(), refusal.content(), false, true)));
    }
    journal.stop();
    Digest subject = tags.of(Optional.of(new PatientId("p")));
    Digest nobody = tags.of(Optional.empty());
    assertThat(store.count(subject)).isEqualTo(60);
    assertThat(store.count(nobody)).isZero();
    DisclosureJournal later =
        new DisclosureJournal(
            new DisclosureJournal.Parts(
                store, tags, random, () -> longAgo.plus(Duration.ofMinutes(1))),
            limits(),
            commits::incrementAndGet);
    later.start();
    await().until(() -> store.count(nobody) == 1);
    later.stop();
    assertThat(store.of(nobody, DisclosureStore.Within.EVER, 0, 10).get(0).json())
        .contains("\"count\":15", "\"subject\":\"doc\"", "\"interaction\":\"more refusals");
    assertThat(store.refusalsBefore(Long.MAX_VALUE)).isEmpty();
    assertThat(log.pendingCount()).isEqualTo(61);
  }

  @Test
  @DisplayName("EXP-2 what is written long after it was asked has a leaf of when it is written")
  void late() throws Exception {
    DataSource data = h2();
    LogStore log = log(data);
    SqlDisclosureStore store = store(data, log);
    Instant begun = Instant.parse("2026-01-02T23:59:59Z");
    Instant restarted = begun.plus(Duration.ofMinutes(90));
    DisclosureRecord refusal = record(Optional.empty(), true);
    DisclosureJournal dies = journal(store, () -> begun, 0);
    dies.closed(
        WHO,
        List.of(new DisclosureRecord(begun, refusal.patient(), refusal.content(), false, true)));
    dies.stop();
    assertThat(log.pendingCount()).isZero();
    DisclosureJournal journal = journal(store, () -> restarted, 60);
    await().until(() -> log.pendingCount() == 1);
    DisclosureRecord upload = shown("p");
    journal.closed(
        WHO,
        List.of(new DisclosureRecord(begun, upload.patient(), upload.content(), false, false)));
    journal.stop();
    sequenceAll(log, 2);
    assertThat(log.leaves(new LeafIndex(0), new LeafIndex(2)))
        .allSatisfy(leaf -> assertThat(leaf.statement().recorded()).isEqualTo(restarted));
    assertThat(
            store.of(tags.of(Optional.empty()), DisclosureStore.Within.EVER, 0, 10).get(0).json())
        .contains("\"recorded\":\"2026-01-02T23:59:00.000Z\"");
  }

  private DisclosureJournal journal(DisclosureStore store, InstantSource clock, int refusals) {
    DisclosureJournal journal =
        new DisclosureJournal(
            new DisclosureJournal.Parts(store, tags, random, clock),
            new DisclosureJournal.Limits(1_000, 200, Duration.ofSeconds(30), refusals),
            commits::incrementAndGet);
    journal.start();
    return journal;
  }

  @Test
  @DisplayName("DIS-3 what the log shows of a disclosure names no patient")
  void namesNobody() throws Exception {
    DataSource data = h2();
    LogStore log = log(data);
    DisclosureJournal journal = journal(store(data, log), limits());
    journal.closed(WHO, List.of(shown("anna-of-the-hill")));
    journal.stop();
    sequenceAll(log, 1);
    Map<String, Object> leaf =
        new HashMap<>(new JdbcTemplate(data).queryForMap("select * from anchor_leaf"));
    assertThat(String.valueOf(leaf.get("CHAIN"))).startsWith("disclosure:");
    leaf.values().stream()
        .map(
            value ->
                value instanceof byte[] bytes
                    ? new String(bytes, StandardCharsets.ISO_8859_1)
                    : String.valueOf(value))
        .forEach(text -> assertThat(text).doesNotContain("anna", "doc"));
  }
}
