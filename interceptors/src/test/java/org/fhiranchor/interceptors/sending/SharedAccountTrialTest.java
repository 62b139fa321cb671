package org.fhiranchor.interceptors.sending;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.evm.EvmConsentLedger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Grants and revocations through two nodes while anchors run, all with one account; {@code
 * -Dtest.trial.consents} says how many, 24 by default; {@code make test-long} has 64.
 */
@Tag("long")
@SuppressWarnings("NullAway.Init")
final class SharedAccountTrialTest {
  private static final int CONSENTS = Integer.getInteger("test.trial.consents", 24);
  private static final int EVERY = 16;
  private static final long BLOCKS_PER_LOOK = 9_999;

  @TempDir Path folder;
  private SharedAccount shared;

  @BeforeEach
  void chain() {
    shared = new SharedAccount(folder);
  }

  @AfterEach
  void end() {
    shared.close();
  }

  @Test
  @DisplayName("TX-7 on H2 two nodes lose, repeat and outbid nothing, with blocks on demand")
  void losesNothingWithBlocksOnDemand() throws InterruptedException {
    new Trial(h2()).run(false);
  }

  @Test
  @DisplayName("TX-7 on H2 two nodes lose, repeat and outbid nothing, with a block a second")
  void losesNothingWithABlockASecond() throws InterruptedException {
    shared.interval(1);
    new Trial(h2()).run(false);
  }

  @Test
  @DisplayName("TX-7 on PostgreSQL nothing is lost when nodes die in the middle of a call")
  void losesNothingWhenNodesDie() throws InterruptedException {
    try (PostgresServer postgres = PostgresServer.start()) {
      PGSimpleDataSource data = new PGSimpleDataSource();
      data.setUrl(postgres.url());
      data.setUser(postgres.user());
      shared.interval(1);
      new Trial(data).run(true);
    }
  }

  private static DataSource h2() {
    JdbcDataSource data = new JdbcDataSource();
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    return data;
  }

  private final class Trial {
    private final DataSource data;
    private final EvmConsentLedger ledger = shared.consents();
    private final List<Node> nodes = new ArrayList<>();
    private final List<DoublingLog> logs = new ArrayList<>();
    private final PatientsOnLedger patients = new PatientsOnLedger(ledger, "trial");
    private final Set<Integer> revoked = new HashSet<>();
    private Instant nextAnchor = Instant.now();
    private int anchors;

    Trial(DataSource data) {
      this.data = data;
      AnchorSchema.migrate(data);
    }

    void run(boolean dying) throws InterruptedException {
      registerLogs();
      Instant start = Instant.now();
      long before = shared.account().pendingNonce();
      AtomicInteger deaths = new AtomicInteger();
      for (int i = 0; i < 2; i++) {
        Node node =
            dying
                ? new Node(
                    shared,
                    data,
                    new DyingAccount(shared.account(), deaths, 20_261_128L + i),
                    InstantSource.system())
                : new Node(shared, data);
        node.start("trial-" + i);
        nodes.add(node);
      }
      for (int i = 0; i < CONSENTS; i++) {
        nodes.get(i % 2).queue.add(patients.grant(i), Instant.now());
        anchorWhenDue();
        if (i % EVERY == 0) {
          revokeWhatIsGranted(i);
        }
      }
      await()
          .atMost(60L + 3L * CONSENTS, SECONDS)
          .pollInterval(Duration.ofMillis(100))
          .until(this::isDone);
      for (Node node : nodes) {
        node.stop();
      }
      check(before);
      System.out.printf(
          "trial consents=%d anchors=%d deaths=%d seconds=%d%n",
          CONSENTS, anchors, deaths.get(), Duration.between(start, Instant.now()).toSeconds());
      if (dying) {
        assertThat(deaths.get()).isGreaterThan(5);
      }
    }

    private boolean isDone() {
      anchorWhenDue();
      revokeWhatIsGranted(CONSENTS);
      return revoked.size() == CONSENTS && open() == 0;
    }

    private int open() {
      return nodes.get(0).queue.unfinished().size();
    }

    /** Once a second, and only on top of what the ledger has: as the anchorer does. */
    private void anchorWhenDue() {
      Instant now = Instant.now();
      if (now.isBefore(nextAnchor) || (revoked.size() == CONSENTS)) {
        return;
      }
      if (last().isFull() && isOnLedger(last()) && logs.size() > 1) {
        logs.remove(logs.size() - 1);
      }
      if (isOnLedger(last()) && !last().isFull()) {
        nodes.get(anchors % 2).queue.add(shared.anchors().call(last().next()), now);
        anchors++;
        nextAnchor = now.plusSeconds(1);
      }
    }

    /** Before the queue has its first nonce: what goes past it would be in its way. */
    private void registerLogs() {
      for (int i = 0; i < 2 + CONSENTS / 25; i++) {
        logs.add(
            new DoublingLog(
                shared.deployer(), shared.contracts.anchorRegistry(), "trial.test/" + i));
      }
    }

    private DoublingLog last() {
      return logs.get(logs.size() - 1);
    }

    private boolean isOnLedger(DoublingLog log) {
      return shared.anchors().head(log.id()).map(head -> head.size().value()).orElse(0L)
          == log.size();
    }

    private void revokeWhatIsGranted(int upTo) {
      for (int i = 0; i < upTo; i++) {
        if (!revoked.contains(i)
            && ledger.stateOf(patients.consent(i).key()).status() == LedgerConsent.Status.GRANTED) {
          nodes.get((i + 1) % 2).queue.add(patients.revocation(i), Instant.now());
          revoked.add(i);
        }
      }
    }

    private void check(long before) {
      for (int i = 0; i < CONSENTS; i++) {
        assertThat(ledger.stateOf(patients.consent(i).key()).status())
            .as("consent %d", i)
            .isEqualTo(LedgerConsent.Status.REVOKED);
      }
      assertThat(isOnLedger(last())).isTrue();
      assertThat(events(ConsentChange.Granted.class)).isEqualTo(CONSENTS);
      assertThat(events(ConsentChange.Revoked.class)).isEqualTo(CONSENTS);
      JdbcTemplate jdbc = new JdbcTemplate(data);
      String calls = "select count(*) from ledger_call";
      assertThat(jdbc.queryForObject(calls, Integer.class)).isEqualTo(2 * CONSENTS + anchors);
      assertThat(
              jdbc.queryForObject(calls + " where state <> 'FINAL' or tries <> 1", Integer.class))
          .as("calls that were lost, repeated or outbid")
          .isZero();
      assertThat(shared.account().pendingNonce() - before).isEqualTo(2L * CONSENTS + anchors);
    }

    private long events(Class<? extends ConsentChange> kind) {
      return ledger.changes(0, Math.min(ledger.latest().number(), BLOCKS_PER_LOOK)).stream()
          .filter(kind::isInstance)
          .count();
    }
  }
}
