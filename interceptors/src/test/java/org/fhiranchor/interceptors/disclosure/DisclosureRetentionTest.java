package org.fhiranchor.interceptors.disclosure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.log.heads.HeadsProofs;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlChainRows;
import org.fhiranchor.interceptors.store.SqlDisclosureStore;
import org.fhiranchor.interceptors.store.SqlHeadsParts;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.merkle.AccountingVerification;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.Step;
import org.fhiranchor.merkle.Verdict;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What goes of old disclosures, when, and what stays. */
final class DisclosureRetentionTest {
  private static final Instant START = Instant.parse("2026-06-15T12:00:00Z");
  private static final Duration KEPT = Duration.ofDays(10);
  private static final int OLD = 25;
  private static final int NEW = 5;
  private static final int BATCH = 7;
  private static final PatientId ANNA = new PatientId("anna");

  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/log", random);
  private final SubjectTags tags = new SubjectTags(new byte[32]);
  private final LogHealth health = new LogHealth();
  private Instant now = START;

  /** The parts of one log. */
  private record World(JdbcTemplate jdbc, SqlLogStore log, SqlDisclosureStore store) {}

  private World open(DataSource data) {
    AnchorSchema.migrate(data);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(data));
    SqlLogStore log = new SqlLogStore(jdbc, transactions, new PendingSeal(key));
    World world =
        new World(
            jdbc,
            log,
            new SqlDisclosureStore(
                jdbc, transactions, log, new PendingSeal(key), JournalContents.plain()));
    for (int i = 0; i < OLD; i++) {
      disclose(world, START.minus(KEPT).minus(Duration.ofDays(i + 1)));
    }
    for (int i = 0; i < NEW; i++) {
      disclose(world, START.minus(KEPT).plus(Duration.ofDays(i)));
    }
    sequence(world);
    return world;
  }

  private World h2() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    return open(h2);
  }

  private void disclose(World world, Instant at) {
    JsonValue.Obj content = new JsonValue.Obj(Map.of("patient", new JsonValue.Str("Patient/anna")));
    SaltedRecord salted = SaltedRecord.of(content, Salt.random(random));
    Digest subject = tags.of(Optional.of(ANNA));
    Statement statement = Statement.Disclosure.waiting(at, subject, salted.digest());
    world
        .store()
        .write(
            List.of(
                new DisclosureStore.Row(
                    subject,
                    SubjectTags.NOBODY,
                    false,
                    at.toEpochMilli(),
                    salted.json(),
                    new PendingLeaf(statement, Salt.random(random), ""))),
            List.of());
  }

  private void sequence(World world) {
    assertThat(new Sequencer(world.log(), key, 1_000).sequence()).isPresent();
  }

  private DisclosureRetention job(World world, Duration kept) {
    SqlChainRows rows = new SqlChainRows(world.jdbc(), new PendingSeal(key));
    return new DisclosureRetention(
        new DisclosureRetention.Parts(
            world.store(),
            world.log(),
            rows,
            new ConfirmedLeaves(rows, world.log(), health),
            health),
        kept,
        BATCH,
        random,
        () -> now);
  }

  private static long contents(World world) {
    Long found = world.jdbc().queryForObject("select count(content) from disclosure", Long.class);
    return found == null ? -1 : found;
  }

  private Verdict verify(World world) {
    LogStore log = world.log();
    AccountingProofs proofs =
        new AccountingProofs(
            new AccountingProofs.Sources(
                world.store(), new SqlChainRows(world.jdbc(), new PendingSeal(key)), log),
            tags,
            new Proofs(log, Anchors.none(), health),
            new HeadsProofs(log, new SqlHeadsParts(world.jdbc()), tags::headSalt));
    AccountingVerification verification =
        new AccountingVerification(
            key.verifierKey(), proof -> new HeadEvidence.Unavailable("none"), Optional.empty());
    proofs.write(ANNA, line -> verification.read(line.getBytes(UTF_8)));
    return verification.verdict();
  }

  @Test
  @DisplayName("DIS-8 on H2 old contents go in batches after a leaf said so, and no leaf goes")
  void removesOnH2() {
    removes(h2());
  }

  @Test
  @DisplayName("DIS-8 on PostgreSQL old contents go in batches after a leaf said so")
  void removesOnPostgres() {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      removes(open(postgres));
    }
  }

  private void removes(World world) {
    DisclosureRetention job = job(world, KEPT);
    job.run();
    assertThat(world.log().pendingCount()).isEqualTo(1);
    job.run();
    assertThat(world.log().pendingCount()).isEqualTo(1);
    sequence(world);
    now = START.plus(DisclosureRetention.SAID_BEFORE).minusMillis(1);
    job.run();
    assertThat(contents(world)).isEqualTo(OLD + NEW);
    now = START.plus(DisclosureRetention.SAID_BEFORE);
    job.run();
    assertThat(contents(world)).isEqualTo(NEW);
    assertThat(world.store().count(tags.of(Optional.of(ANNA)))).isEqualTo(OLD + NEW);
    assertThat(world.log().state().size().value()).isEqualTo(OLD + NEW + 1);
    Verdict verdict = verify(world);
    assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
    assertThat(verdict.passed())
        .extracting(Verdict.Passed::what)
        .contains(OLD + " of them without content, which a leaf says was removed");
    job.run();
    assertThat(world.log().pendingCount()).isZero();
    assertThat(health.refusal()).isEmpty();
  }

  @Test
  @DisplayName("DIS-8 the next day says the next leaf, and a day without old disclosures none")
  void oncePerDay() {
    World world = h2();
    DisclosureRetention job = job(world, KEPT);
    List<Long> leaves = new ArrayList<>();
    for (int hour = 0; hour < 24 * 8; hour++) {
      now = START.plus(Duration.ofHours(hour));
      job.run();
      if (world.log().pendingCount() > 0) {
        leaves.add(world.log().pendingCount());
        sequence(world);
      }
    }
    assertThat(leaves).containsOnly(1L).hasSize(1 + NEW);
    assertThat(contents(world)).isZero();
  }

  @Test
  @DisplayName("DIS-8 a longer time in the settings takes back nothing that a leaf said")
  void neverEarlier() {
    World world = h2();
    job(world, KEPT).run();
    sequence(world);
    now = START.plus(Duration.ofHours(2));
    job(world, KEPT.multipliedBy(2)).run();
    assertThat(world.log().pendingCount()).isZero();
    assertThat(contents(world)).isEqualTo(NEW);
  }

  @Test
  @DisplayName("DIS-8 what another node began to remove is removed to its end")
  void goesOn() {
    World world = h2();
    job(world, KEPT).run();
    sequence(world);
    now = START.plus(Duration.ofHours(2));
    assertThat(world.store().removeContent(Instant.EPOCH, START.minus(KEPT), BATCH)).isPresent();
    assertThat(contents(world)).isEqualTo(OLD + NEW - BATCH);
    job(world, KEPT).run();
    assertThat(contents(world)).isEqualTo(NEW);
  }

  @Test
  @DisplayName("DIS-8 a leaf that the tree does not hold removes nothing, and health is told")
  void forged() {
    World world = h2();
    Statement forged =
        new Statement.Retention(START.minus(Duration.ofDays(1)), START, Optional.empty());
    world
        .jdbc()
        .update(
            "update anchor_leaf set chain = ?, statement = ? where leaf_index = 3",
            forged.chain(),
            forged.canonicalBytes());
    job(world, KEPT).run();
    assertThat(contents(world)).isEqualTo(OLD + NEW);
    assertThat(health.refusal()).isPresent();
  }

  @Test
  @DisplayName("DIS-8 a content that is gone without a leaf is named by the patient's own file")
  void goneUnsaid() {
    World world = h2();
    job(world, KEPT).run();
    sequence(world);
    now = START.plus(Duration.ofHours(2));
    job(world, KEPT).run();
    Digest newest =
        ((Statement.Disclosure)
                world
                    .log()
                    .leaves(new LeafIndex(OLD + NEW - 1), new LeafIndex(OLD + NEW))
                    .get(0)
                    .statement())
            .record();
    world.jdbc().update("update disclosure set content = null where digest = ?", newest.bytes());
    assertThat(verify(world))
        .extracting("step", "reason")
        .containsExactly(
            Step.RECORD_DIGEST,
            "disclosure 30: its content is not there, and no leaf says that it was removed");
  }
}
