package org.fhiranchor.interceptors.disclosure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlAskerRows;
import org.fhiranchor.interceptors.store.SqlAuditEventRows;
import org.fhiranchor.interceptors.store.SqlDisclosureStore;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** AUD-4 by who asked, beyond the number of records that one search may look at. */
final class AskersTest {
  private static final int RECORDS = JournaledAuditEvents.MOST_LOOKED_AT + 2_000;
  private static final int ONE_IN = 100;
  private static final int BATCH = 1_000;
  private static final Instant FIRST = Instant.parse("2026-03-01T00:00:00Z");
  private static final String DOC = "Practitioner/doc-of-the-hill";

  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/log", random);
  private final SubjectTags tags = new SubjectTags(new byte[32]);
  private final AtomicLong opened = new AtomicLong();

  /** A journal, and how many of its rows a search takes out of the database. */
  private record World(JdbcTemplate jdbc, SqlDisclosureStore store, JournaledAuditEvents events) {}

  @Test
  @DisplayName("AUD-4 on H2 a search by who asked opens what it shows, old records too")
  void onH2() throws Exception {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    searches(filled(h2));
  }

  @Test
  @DisplayName("AUD-4 on PostgreSQL a search by who asked opens what it shows, old records too")
  void onPostgres() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      searches(filled(postgres));
    }
  }

  private World filled(DataSource data) throws InterruptedException {
    AnchorSchema.migrate(data);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(data));
    LogStore log = new SqlLogStore(jdbc, transactions, new PendingSeal(key));
    SqlDisclosureStore store =
        new SqlDisclosureStore(
            jdbc, transactions, log, new PendingSeal(key), JournalContents.plain());
    DisclosureJournal journal =
        new DisclosureJournal(
            new DisclosureJournal.Parts(store, tags, random, Instant::now),
            new DisclosureJournal.Limits(BATCH, BATCH, Duration.ofMinutes(1), 60),
            () -> {});
    journal.start();
    journal.shows(IntStream.range(0, RECORDS).mapToObj(AskersTest::record).toList());
    journal.stop();
    AuditEventRows rows =
        new CountedRows(new SqlAuditEventRows(jdbc, JournalContents.plain()), opened);
    return new World(jdbc, store, new JournaledAuditEvents(rows, tags));
  }

  private static DisclosureRecord record(int number) {
    Instant at = FIRST.plusSeconds(number);
    boolean doc = number % ONE_IN == 0;
    Map<String, JsonValue> who =
        number % 7 == 3 ? Map.of() : Map.of("person", new JsonValue.Str(doc ? DOC : "Person/x"));
    JsonValue.Obj content =
        new JsonValue.Obj(
            Map.of(
                "interaction",
                new JsonValue.Str(number % (2 * ONE_IN) == 0 ? "read Patient" : "update Patient"),
                "requester",
                new JsonValue.Obj(doc ? Map.of("person", new JsonValue.Str(DOC)) : who)));
    return new DisclosureRecord(
        at, Optional.of(new PatientId("p" + number % 97)), content, false, false);
  }

  private static AuditEventSearch search(String... namesAndValues) {
    Map<String, String[]> parameters =
        IntStream.range(0, namesAndValues.length / 2)
            .boxed()
            .collect(
                Collectors.toMap(
                    i -> namesAndValues[2 * i], i -> new String[] {namesAndValues[2 * i + 1]}));
    return new AuditEventSearch(parameters);
  }

  private void searches(World world) throws Exception {
    assertThat(found(world, "agent", DOC).total()).isEqualTo(RECORDS / ONE_IN);
    assertThat(opened.getAndSet(0)).isLessThanOrEqualTo(51);
    assertThat(found(world, "agent", DOC, "action", "R").total()).isEqualTo(RECORDS / ONE_IN / 2);
    assertThat(opened.getAndSet(0)).isEqualTo(RECORDS / ONE_IN);
    assertThat(found(world, "agent", "Practitioner/nobody").total()).isZero();
    assertThat(found(world, "agent", DOC, "patient", "p0").total())
        .isEqualTo(IntStream.range(0, RECORDS).filter(n -> n % 9_700 == 0).count());
    pages(world);
    assertNobodyIsNamed(world);
    ofBefore(world);
    removedByOlder(world);
    gone(world);
    edited(world);
  }

  private static JournaledAuditEvents.Found found(World world, String... namesAndValues) {
    return world.events().search(search(namesAndValues), Optional.empty());
  }

  private void pages(World world) {
    List<String> ids = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      JournaledAuditEvents.Found page =
          next.map(after -> found(world, "agent", DOC, "_count", "100", "_after", after))
              .orElseGet(() -> found(world, "agent", DOC, "_count", "100"));
      page.events().forEach(event -> ids.add(event.getIdElement().getIdPart()));
      next = page.next();
    } while (next.isPresent());
    assertThat(ids).doesNotHaveDuplicates().hasSize(RECORDS / ONE_IN);
  }

  private static void assertNobodyIsNamed(World world) {
    world
        .jdbc()
        .query(
            "select distinct asker from disclosure",
            row -> {
              assertThat(new String(row.getBytes(1), StandardCharsets.ISO_8859_1))
                  .doesNotContain("doc", "Person");
            });
  }

  /** Records that a version before the tags wrote: looked at, as far as that is bounded. */
  private void ofBefore(World world) throws Exception {
    world.jdbc().update("update disclosure set asker = null where disclosure_id <= 1500");
    assertThatThrownBy(() -> found(world, "agent", DOC))
        .isInstanceOf(InvalidRequestException.class);
    assertThat(found(world, "agent", DOC, "date", "le2026-03-01T01:00:00Z").total()).isEqualTo(37);
    AskerNotes notes =
        new AskerNotes(
            new SqlAskerRows(world.jdbc(), JournalContents.plain()),
            tags,
            BATCH,
            InstantSource.system());
    throughAll(notes);
    assertThat(found(world, "agent", DOC).total()).isEqualTo(RECORDS / ONE_IN);
    world.jdbc().update("update disclosure set asker = null where disclosure_id = ?", RECORDS);
    throughAll(notes);
    assertThat(new SqlAskerRows(world.jdbc(), JournalContents.plain()).anyWithout()).isFalse();
  }

  /** As many batches as there are records, and then nothing for long. */
  private static void throughAll(AskerNotes notes) {
    for (int i = 0; i < RECORDS / BATCH; i++) {
      assertThat(notes.run()).isLessThan(Duration.ofSeconds(1));
    }
    assertThat(notes.run()).isGreaterThan(Duration.ofMinutes(1));
  }

  /** A version before the tags removes a content, and leaves beside it who asked. */
  private void removedByOlder(World world) throws Exception {
    world
        .jdbc()
        .update(
            "update disclosure set content = null where recorded_millis >= ? and recorded_millis <"
                + " ?",
            FIRST.plusSeconds(1_000).toEpochMilli(),
            FIRST.plusSeconds(1_200).toEpochMilli());
    JournaledAuditEvents.Found left = found(world, "agent", DOC, "_count", "1000");
    assertThat(left.total()).isEqualTo(RECORDS / ONE_IN - 2);
    assertThat(left.events()).hasSize(RECORDS / ONE_IN - 2);
    throughAll(
        new AskerNotes(
            new SqlAskerRows(world.jdbc(), JournalContents.plain()),
            tags,
            BATCH,
            InstantSource.system()));
    assertThat(stillNoted(world)).isZero();
  }

  private static long stillNoted(World world) {
    Long noted =
        world
            .jdbc()
            .queryForObject(
                "select count(*) from disclosure where content is null and asker <> ?",
                Long.class,
                SubjectTags.NOBODY.bytes());
    return noted == null ? 0 : noted;
  }

  /** Where the content is gone nothing says who asked. */
  private static void gone(World world) {
    world.store().removeContent(Instant.EPOCH, FIRST.plusSeconds(150), BATCH);
    assertThat(found(world, "agent", DOC).total()).isEqualTo(RECORDS / ONE_IN - 4);
    assertThat(stillNoted(world)).isZero();
  }

  private void edited(World world) {
    world
        .jdbc()
        .update(
            "update disclosure set asker = ? where recorded_millis = ?",
            tags.ofAsker(DOC).bytes(),
            FIRST.plusSeconds(RECORDS - 1).toEpochMilli());
    assertThatThrownBy(() -> found(world, "agent", DOC)).isInstanceOf(CorruptLogException.class);
  }

  private record CountedRows(AuditEventRows rows, AtomicLong opened) implements AuditEventRows {
    @Override
    public List<DisclosureStore.Kept> page(Query query, Optional<Place> after, int limit) {
      List<DisclosureStore.Kept> page = rows.page(query, after, limit);
      opened.addAndGet(page.size());
      return page;
    }

    @Override
    public long count(Query query) {
      return rows.count(query);
    }

    @Override
    public boolean knowsAskers() {
      return rows.knowsAskers();
    }

    @Override
    public Optional<DisclosureStore.Kept> find(byte[] beginning, Optional<Digest> subject) {
      return rows.find(beginning, subject);
    }
  }
}
