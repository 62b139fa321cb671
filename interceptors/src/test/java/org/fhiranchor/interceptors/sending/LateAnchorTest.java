package org.fhiranchor.interceptors.sending;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.log.anchoring.AnchoringHealth;
import org.fhiranchor.interceptors.log.anchoring.AnchoringLoop;
import org.fhiranchor.interceptors.log.anchoring.StoredCheckpoints;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlAnchorTransactionStore;
import org.fhiranchor.interceptors.store.SqlCallQueue;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.anchoring.Anchorer;
import org.fhiranchor.ledger.anchoring.AnchoringSettings;
import org.fhiranchor.ledger.evm.EvmAnchorLedger;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** TX-8: a log that does not get to the ledger. */
final class LateAnchorTest {
  private static final Instant WRITTEN = Instant.parse("2026-11-28T12:00:00Z");
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private final SecureRandom random = new SecureRandom();

  private final JdbcDataSource data = new JdbcDataSource();
  private final TransactionTemplate transactions =
      new TransactionTemplate(new DataSourceTransactionManager(data));

  /** With one leaf that waits. */
  private SqlLogStore store() {
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(data);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    LogSigningKey key = LogSigningKey.generate("example.org/late", random);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    SqlLogStore store = new SqlLogStore(jdbc, transactions, new PendingSeal(key));
    store.addPending(leaf());
    return store;
  }

  private Anchorer anchorer(SqlLogStore store, AnchorLedger ledger, Clock clock) {
    JdbcTemplate jdbc = new JdbcTemplate(data);
    return new Anchorer(
        new LogId(Digest.sha256(new byte[0])),
        ledger,
        new StoredCheckpoints(store),
        new SqlAnchorTransactionStore(jdbc, transactions),
        new SqlCallQueue(jdbc, transactions, new ChainId(1), Address.ZERO),
        new AnchoringSettings(new Finality.Tag(), Duration.ofMinutes(3)),
        clock);
  }

  @Test
  @DisplayName("TX-8 an anchor later than the limit turns health DOWN, and not a second before")
  void isDownWhenAnAnchorIsLate() {
    SqlLogStore store = store();
    try (EvmClient nobody =
        EvmClient.connect(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(1))) {
      Anchorer anchorer =
          anchorer(
              store,
              new EvmAnchorLedger(nobody, Address.ZERO, Address.ZERO),
              Clock.fixed(WRITTEN, ZoneOffset.UTC));
      assertThat(report(store, anchorer, WRITTEN.plus(LIMIT)))
          .isInstanceOf(AnchoringHealth.Report.Up.class);
      assertThat(report(store, anchorer, WRITTEN.plus(LIMIT).plusSeconds(1)))
          .isInstanceOfSatisfying(
              AnchoringHealth.Report.Down.class,
              down -> assertThat(down.reason()).contains("901 s old: want at most 900 s"));
    }
  }

  @Test
  @DisplayName("TX-5 a head that cannot be ours is degraded at first, and gone with the next one")
  void forgetsAWrongHead() throws InterruptedException {
    SqlLogStore store = store();
    ToldLedger ledger = new ToldLedger();
    LogHealth health = new LogHealth();
    AnchoringLoop loop = loop(anchorer(store, ledger, Clock.systemUTC()), health);
    AnchoringHealth reports = health(store, health, loop, InstantSource.fixed(WRITTEN));
    ledger.says(5);
    loop.start();
    try {
      await().atMost(120, SECONDS).until(() -> loop.last().isPresent());
      assertThat(reports.report())
          .isInstanceOfSatisfying(
              AnchoringHealth.Report.Degraded.class,
              degraded ->
                  assertThat(degraded.reason())
                      .contains("asked again", "the ledger has 5 leaves of this log"));
      ledger.saysNothing();
      await()
          .atMost(10, SECONDS)
          .until(() -> reports.report() instanceof AnchoringHealth.Report.Up);
      assertThat(health.refusal()).isEmpty();

      ledger.says(5);
      await().atMost(120, SECONDS).until(() -> health.refusal().isPresent());
      assertThat(reports.report()).isInstanceOf(AnchoringHealth.Report.Down.class);
    } finally {
      loop.stop();
    }
  }

  private static AnchoringLoop loop(Anchorer anchorer, LogHealth health) {
    return new AnchoringLoop(anchorer, health, Duration.ofSeconds(1), new SimpleMeterRegistry());
  }

  private static AnchoringHealth health(
      LogStore store, LogHealth health, AnchoringLoop loop, InstantSource clock) {
    return new AnchoringHealth(store, health, loop, List.of(), LIMIT, clock);
  }

  private static AnchoringHealth.Report report(LogStore store, Anchorer anchorer, Instant now) {
    LogHealth health = new LogHealth();
    return health(store, health, loop(anchorer, health), InstantSource.fixed(now)).report();
  }

  private PendingLeaf leaf() {
    SaltedRecord record = SaltedRecord.of(Map.of("v", "1"), Salt.random(random));
    Statement statement =
        new Statement.ResourceVersion(
            WRITTEN,
            new ResourceKey("Patient", "late"),
            "1",
            Operation.CREATE,
            Optional.of(Digest.sha256(new byte[0])),
            record.digest(),
            Optional.empty());
    return new PendingLeaf(statement, Salt.random(random), record.json());
  }
}
