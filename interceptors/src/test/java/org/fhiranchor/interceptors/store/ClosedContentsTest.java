package org.fhiranchor.interceptors.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.AuditEventRows;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.DisclosureStore.Row;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.ledger.secret.AeadCipher;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** ERA-3: contents of the journal are closed under a key of their patient, kept elsewhere. */
@SuppressWarnings("NullAway.Init")
final class ClosedContentsTest {
  private static final String SECRET = "Zwetschgenbaum-93f1";

  @TempDir Path folder;

  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/log", random);
  private final SubjectTags tags = new SubjectTags(new byte[32]);
  private final Digest goes = tags.of(Optional.of(new PatientId("goes")));
  private final Digest stays = tags.of(Optional.of(new PatientId("stays")));
  private DataSource main;
  private DataSource keys;

  @BeforeEach
  void databases() {
    main = h2("file:" + folder.resolve("main"));
    keys = h2("mem:" + UUID.randomUUID());
    AnchorSchema.migrate(main);
    AnchorSchema.openLog(new JdbcTemplate(main), key.verifierKey());
  }

  private static DataSource h2(String name) {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:" + name + ";DB_CLOSE_DELAY=-1");
    return h2;
  }

  private SqlContentKeys keysIn(
      DataSource data, SubjectTags file, boolean shared, LongSupplier nanos) {
    return new SqlContentKeys(
        new SqlTombstones.Source(data, () -> true, () -> {}, shared, () -> {}),
        file.closing("keys"),
        random,
        nanos);
  }

  private SqlContentKeys keysIn(DataSource data) {
    return keysIn(data, tags, false, System::nanoTime);
  }

  private JournalContents contents(SqlContentKeys from) {
    return JournalContents.closed(
        new JournalContents.Parts(from, tags.closing("contents"), random));
  }

  private JournalContents alone() {
    return contents(keysIn(keys));
  }

  private SqlDisclosureStore store(DataSource data, JournalContents contents) {
    JdbcTemplate jdbc = new JdbcTemplate(data);
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(data));
    PendingSeal seals = new PendingSeal(key);
    return new SqlDisclosureStore(
        jdbc, transactions, new SqlLogStore(jdbc, transactions, seals), seals, contents);
  }

  private Row row(Digest subject, String text) {
    SaltedRecord record =
        SaltedRecord.of(
            new JsonValue.Obj(Map.of("text", new JsonValue.Str(text))), Salt.random(random));
    Statement statement = Statement.Disclosure.waiting(Instant.now(), subject, record.digest());
    return new Row(
        subject,
        SubjectTags.NOBODY,
        false,
        0,
        record.json(),
        new PendingLeaf(statement, Salt.random(random), ""));
  }

  private static List<String> read(DisclosureStore store, Digest subject) {
    return store.of(subject, DisclosureStore.Within.EVER, 0, 100).stream()
        .map(ClosedContentsTest::verified)
        .toList();
  }

  /** Its text; {@code changed} where the digest is not its own. */
  private static String verified(DisclosureStore.Kept kept) {
    boolean fits =
        kept.json().isEmpty() || Digest.sha256(kept.json().getBytes(UTF_8)).equals(kept.digest());
    return fits ? kept.json().replaceAll(".*\"text\":\"([^\"]*)\".*", "$1") : "changed";
  }

  private byte[] randomBytes() {
    byte[] bytes = new byte[AeadCipher.KEY_LENGTH];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] kept(Digest subject) {
    return new JdbcTemplate(main)
        .queryForList(
            "select content from disclosure where subject = ? order by disclosure_id desc",
            byte[].class,
            subject.hex())
        .get(0);
  }

  @Test
  @DisplayName("ERA-3 no file of the database holds a content in clear, and it is read as before")
  void nothingInClear() throws IOException {
    SqlDisclosureStore store = store(main, alone());
    store.write(List.of(row(goes, SECRET), row(stays, SECRET)), List.of(refusals()));
    assertThat(store.refusalsBefore(Long.MAX_VALUE))
        .extracting(one -> one.refusals().content())
        .containsExactly(SECRET);
    assertThat(read(store, goes)).containsExactly(SECRET);
    Digest digest = store.of(goes, DisclosureStore.Within.EVER, 0, 1).get(0).digest();
    assertThat(store.contents(List.of(digest, goes, digest))).containsOnlyKeys(digest);
    assertThat(store.contents(List.of(digest)).get(digest)).contains(SECRET);
    assertThatExceptionOfType(CorruptLogException.class)
        .isThrownBy(() -> read(store(main, JournalContents.plain()), goes))
        .withMessageContaining("anchor.erasure.keys.url");
    new JdbcTemplate(main).execute("checkpoint sync");
    assertThat(Files.readString(folder.resolve("main.mv.db"), ISO_8859_1))
        .contains("DISCLOSURE")
        .doesNotContain(SECRET);
  }

  private static DisclosureStore.Refusals refusals() {
    return new DisclosureStore.Refusals("somebody", 1, 1, SECRET);
  }

  @Test
  @DisplayName("ERA-3 in a copy of before the erasure nothing of that patient opens, all else does")
  void anOlderCopy() {
    JournalContents contents = alone();
    store(main, contents).write(List.of(row(goes, "one"), row(stays, "two")), List.of());
    DataSource copy = h2("mem:" + UUID.randomUUID());
    Path script = folder.resolve("copy.sql");
    new JdbcTemplate(main).queryForList("script to '" + script + "'");
    new JdbcTemplate(copy).execute("runscript from '" + script + "'");

    contents.destroy(goes);

    assertThat(read(store(copy, contents), goes)).containsExactly("");
    assertThat(read(store(copy, contents), stays)).containsExactly("two");
    assertThat(read(store(copy, alone()), goes)).as("after a restart").containsExactly("");
    assertThat(read(store(copy, alone()), stays)).containsExactly("two");
    byte[] closed = kept(goes);
    for (byte[] other : List.of(new byte[32], randomBytes())) {
      assertThat(new AeadCipher(other).open(new byte[0], closed)).isEmpty();
    }
    SubjectTags another = new SubjectTags(randomBytes());
    assertThatExceptionOfType(CorruptLogException.class)
        .as("the keys without their file")
        .isThrownBy(() -> keysIn(keys, another, false, System::nanoTime));
  }

  @Test
  @DisplayName("ERA-3 rows of before the keys are read as they are; later ones of the erased, too")
  void beforeAndAfter() {
    store(main, JournalContents.plain()).write(List.of(row(goes, "before")), List.of());
    JournalContents contents = alone();
    SqlDisclosureStore store = store(main, contents);
    store.write(List.of(row(goes, "with")), List.of());
    contents.destroy(goes);
    contents.destroy(goes);
    store.write(List.of(row(goes, "after")), List.of());
    assertThat(read(store, goes)).containsExactly("after", "", "before");
    assertThat(read(store(main, alone()), goes)).containsExactly("after", "", "before");
    assertThat(new SqlAuditEventRows(new JdbcTemplate(main), contents).page(all(), after(), 9))
        .extracting(ClosedContentsTest::verified)
        .containsExactlyInAnyOrder("after", "", "before");
    assertThat(new String(kept(goes), UTF_8)).doesNotContain("after");
  }

  private static AuditEventRows.Query all() {
    return new AuditEventRows.Query(
        Optional.empty(), Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, true);
  }

  private static Optional<AuditEventRows.Place> after() {
    return Optional.empty();
  }

  @Test
  @DisplayName(
      "ERA-3 a content opens in its own row alone, and an edited one is told by its digest")
  void boundToItsRow() {
    JournalContents contents = alone();
    SqlDisclosureStore store = store(main, contents);
    store.write(List.of(row(stays, "one"), row(stays, "two")), List.of());
    JdbcTemplate jdbc = new JdbcTemplate(main);
    jdbc.update("update disclosure set content = ?", (Object) kept(stays));
    assertThat(read(store, stays)).containsExactly("two", "changed");
    byte[] edited = kept(stays);
    edited[edited.length - 1] ^= 1;
    jdbc.update("update disclosure set content = ?", (Object) edited);
    assertThat(read(store, stays)).containsExactly("changed", "changed");
    jdbc.update("update disclosure set content = ?", (Object) new byte[] {(byte) 0xfa, 'k', 1});
    assertThat(read(store, stays)).containsExactly("changed", "changed");
  }

  @Test
  @DisplayName("ERA-3 a key that one node destroys closes nothing at another one, from then on")
  void destroyedElsewhere() {
    AtomicLong now = new AtomicLong();
    LongSupplier nanos = () -> now.addAndGet(SECONDS.toNanos(2));
    JournalContents one = contents(keysIn(keys, tags, true, nanos));
    SqlDisclosureStore other = store(main, contents(keysIn(keys, tags, true, nanos)));
    other.write(List.of(row(goes, "before")), List.of());
    now.addAndGet(SECONDS.toNanos(10));
    long asked = now.get();
    one.destroy(goes);
    assertThat(now.get() - asked).isGreaterThan(SECONDS.toNanos(5));
    other.write(List.of(row(goes, "after"), row(stays, "after")), List.of());
    assertThat(read(other, goes)).containsExactly("after", "");
    assertThat(read(store(main, alone()), goes)).containsExactly("after", "");
    assertThat(read(store(main, alone()), stays)).containsExactly("after");
  }

  @Test
  @DisplayName("DIS-9 after a loss of the keys the journal goes on; what they closed is gone")
  void keysLost() {
    SqlDisclosureStore before = store(main, alone());
    before.write(List.of(row(stays, "lost")), List.of(refusals()));
    keys = h2("mem:" + UUID.randomUUID());
    SqlDisclosureStore store = store(main, alone());
    store.write(List.of(row(stays, "new")), List.of());
    assertThat(read(store, stays)).containsExactly("new", "");
    assertThat(store.refusalsBefore(Long.MAX_VALUE))
        .extracting(one -> one.refusals().content())
        .containsExactly(SECRET);
    assertThat(read(before, stays)).as("an older copy's keys").containsExactly("", "lost");
  }

  @Test
  @DisplayName("ERA-3 while shared keys are away, nothing is written of anybody")
  void keysAway() {
    AwayDatabase away = new AwayDatabase(keys, one -> true);
    AtomicLong now = new AtomicLong();
    SqlDisclosureStore store = store(main, contents(keysIn(away, tags, true, now::get)));
    store.write(List.of(row(stays, "one")), List.of());
    away.set(true);
    store.write(List.of(row(stays, "within")), List.of());
    now.addAndGet(SECONDS.toNanos(2));
    assertThatExceptionOfType(DataAccessException.class)
        .isThrownBy(() -> store.write(List.of(row(stays, "x")), List.of()));
    away.set(false);
    assertThat(read(store, stays)).containsExactly("within", "one");
  }

  @Test
  @DisplayName("ERA-3 a key is destroyed though its end was not heard of, and then waited for")
  void endNotHeardOf() {
    AwayDatabase away = new AwayDatabase(keys, asked -> asked > 2);
    AtomicLong now = new AtomicLong();
    SqlContentKeys shared = keysIn(away, tags, true, now::get);
    JournalContents contents = contents(shared);
    SqlDisclosureStore store = store(main, contents);
    now.addAndGet(SECONDS.toNanos(10));
    away.set(true);
    assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> contents.destroy(goes));
    assertThatExceptionOfType(DataAccessException.class)
        .as("it may be destroyed")
        .isThrownBy(() -> store.write(List.of(row(goes, "x")), List.of()));
    away.set(false);
    assertThat(shared.destroy(goes)).isFalse();
    assertThat(shared.usedElsewhere()).isEqualTo(Duration.ofSeconds(5));
    now.addAndGet(SECONDS.toNanos(5));
    assertThat(shared.destroy(goes)).isFalse();
    assertThat(shared.usedElsewhere()).as("of one that is long gone").isZero();
    store.write(List.of(row(goes, "after")), List.of());
    assertThat(read(store(main, alone()), goes)).containsExactly("after");
  }
}
