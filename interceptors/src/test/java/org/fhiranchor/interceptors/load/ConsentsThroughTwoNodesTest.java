package org.fhiranchor.interceptors.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.consent.following.FaultyNode;
import org.fhiranchor.interceptors.consent.following.LedgerFault;
import org.fhiranchor.interceptors.crash.ChildServer;
import org.fhiranchor.interceptors.identity.TestTokens;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.secret.SecretFile;
import org.fhiranchor.merkle.LogSigningKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Grants and revocations over HTTP through two nodes that share one account, while anchors run
 * every second. {@code make test} has a few in one fault of a ledger node, and {@code make
 * test-long} the rest: {@code -Dtest.trial.http=1000} says how many, {@code
 * -Dtest.trial.faults=some} has three faults and {@code all} each, {@code -Dtest.trial.faulty=20}
 * as many consents in each; and a third node, a process of its own, which is killed.
 */
@Tag("long")
@Tag("alone")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
final class ConsentsThroughTwoNodesTest {
  private static final int CONSENTS = Integer.getInteger("test.trial.http", 16);
  private static final int IN_A_FAULT = Integer.getInteger("test.trial.faulty", 2);
  private static final String ORIGIN = "example.org/trial";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** How long a fault is borne, once every request in it was made. */
  private static final Duration BORNE = Duration.ofSeconds(2);

  @TempDir static Path folder;

  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();
  private static TrialLedger ledger;
  private static RunningServer first;
  private static ChildServer third;
  private static List<TrialNode> nodes;
  private static List<String> joining;
  private static JdbcTemplate jdbc;

  @BeforeAll
  static void boot() throws Exception {
    PostgresServer postgres = opened(PostgresServer.start());
    jdbc = new JdbcTemplate(new DriverManagerDataSource(postgres.url(), postgres.user(), ""));
    ledger = opened(TrialLedger.start(folder.resolve("ledger")));
    Path data = folder.resolve("first");
    Files.createDirectories(data);
    new SecretFile("log", data.resolve("log.key"))
        .create(LogSigningKey.generate(ORIGIN, new SecureRandom()).encode());
    new SecretFile("custody", data.resolve("custody-key")).replace("5c".repeat(32));
    List<String> settings = new ArrayList<>(ledger.settings());
    settings.addAll(
        List.of(
            "--anchor.log.origin=" + ORIGIN,
            "--anchor.log.signing-key=" + data.resolve("log.key"),
            "--anchor.consent.custody-key=" + data.resolve("custody-key"),
            "--spring.datasource.url=" + postgres.url(),
            "--spring.datasource.username=" + postgres.user(),
            "--anchor.consent.enforce=on",
            "--anchor.consent.wait=5s"));
    first = opened(RunningServer.start(data, settings.toArray(String[]::new)));
    settings.add("--anchor.disclosures.subject-key=" + data.resolve("subject.key"));
    settings.add(RunningServer.TABLES_ARE_THERE);
    joining = List.copyOf(settings);
    Path other = Files.createDirectories(folder.resolve("second"));
    RunningServer second = opened(RunningServer.start(other, joining.toArray(String[]::new)));
    nodes =
        List.of(
            new TrialNode(first::url, new TestTokens(data)),
            new TrialNode(second::url, new TestTokens(other)));
  }

  private static <T extends AutoCloseable> T opened(T one) {
    OPEN.push(one);
    return one;
  }

  private static void startThird() throws Exception {
    Path data = Files.createDirectories(folder.resolve("third"));
    third = ChildServer.start(data, joining.toArray(String[]::new));
  }

  @AfterAll
  static void stop() throws Exception {
    while (!OPEN.isEmpty()) {
      OPEN.pop().close();
    }
  }

  @Test
  @Order(1)
  @DisplayName("TX-7 grants and revocations through two nodes: none lost, none twice, none outbid")
  void losesNothing() throws Exception {
    ConsentTrial trial = new ConsentTrial("calm", CONSENTS, nodes);
    trial.store();
    Since since = Since.now();
    trial.grantAndRevoke();
    trial.awaitRevoked();
    since.isOnLedgerOnce(trial);
    since.hasNoCallTwice();
    assertThat(trial.answers().keySet()).allMatch(answer -> answer.matches(".* 20[01]"));
    since.print(trial);
  }

  static Stream<LedgerFault> faults() {
    return switch (System.getProperty("test.trial.faults", "one")) {
      case "all" -> Arrays.stream(LedgerFault.values());
      case "some" ->
          Stream.of(
              LedgerFault.CLOSED_CONNECTION,
              LedgerFault.OLD_STATE,
              LedgerFault.REVOCATIONS_LEFT_OUT);
      default -> Stream.of(LedgerFault.REVOCATIONS_LEFT_OUT);
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  @Order(2)
  @DisplayName("TX-7 the same while the ledger node that both nodes ask is at fault")
  void losesNothingInAFault(LedgerFault fault) throws Exception {
    String name = fault.title().replace(' ', '-');
    ConsentTrial trial = new ConsentTrial(name, 2 * IN_A_FAULT, nodes);
    trial.store();
    Since since = Since.now();
    IntStream before = IntStream.range(0, IN_A_FAULT);
    trial.grant(before);
    ledger.proxy.on(new FaultyNode.Registry(() -> since.firstGrant(), since::lastNumber));
    CompletableFuture<Void> granting;
    ledger.proxy.fails(fault);
    try {
      granting = CompletableFuture.runAsync(() -> grantOthers(trial));
      trial.revoke(IntStream.range(1, IN_A_FAULT));
      long borne = System.nanoTime() + BORNE.toNanos();
      await().atMost(LIMIT).until(() -> System.nanoTime() - borne > 0);
    } finally {
      ledger.proxy.works();
    }
    granting.join();
    trial.revoke(IntStream.of(0));
    trial.revoke(IntStream.range(IN_A_FAULT, 2 * IN_A_FAULT));
    trial.awaitRevoked();
    since.isOnLedgerOnce(trial);
    since.print(trial);
  }

  private static void grantOthers(ConsentTrial trial) {
    try {
      trial.grant(IntStream.range(IN_A_FAULT, 2 * IN_A_FAULT));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the clients were interrupted", interrupted);
    }
  }

  @Test
  @Order(3)
  @DisplayName("TX-7 the same with a node killed in the middle")
  void losesNothingWhenANodeIsKilled() throws Exception {
    startThird();
    OPEN.push(() -> third.kill());
    TestTokens tokens = new TestTokens(folder.resolve("third"));
    TrialNode dying = new TrialNode(path -> third.url(path), tokens);
    ConsentTrial trial = new ConsentTrial("killed", CONSENTS, List.of(nodes.get(0), dying));
    trial.store();
    Since since = Since.now();
    CompletableFuture<Void> clients = CompletableFuture.runAsync(() -> run(trial));
    await()
        .atMost(LIMIT.plusSeconds(CONSENTS))
        .until(() -> trial.steps() >= CONSENTS / 2 || clients.isDone());
    int stepsThen = trial.steps();
    third.kill();
    long killed = System.nanoTime();
    startThird();
    System.out.printf(
        "killed after steps=%d back after seconds=%d processor=%d%n",
        stepsThen,
        Duration.ofNanos(System.nanoTime() - killed).toSeconds(),
        third.worked().toSeconds());
    clients.join();
    trial.awaitRevoked();
    since.isOnLedgerOnce(trial);
    since.hasNoCallTwice();
    since.print(trial);
  }

  private static void run(ConsentTrial trial) {
    try {
      trial.grantAndRevoke();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the clients were interrupted", interrupted);
    }
  }

  /** What happened on the ledger and in the queue since a trial began. */
  private record Since(long block, long call, long nanos) {
    static Since now() {
      Long call =
          jdbc.queryForObject("select coalesce(max(call_id), 0) from ledger_call", Long.class);
      return new Since(ledger.block() + 1, call == null ? 0 : call, System.nanoTime());
    }

    /** Each consent is granted by one event and revoked by one, and the log is anchored. */
    void isOnLedgerOnce(ConsentTrial trial) {
      await().atMost(LIMIT).until(() -> rows("state <> 'FINAL' and kind <> 'ANCHOR'") == 0);
      assertThat(ledger.events(block, ConsentChange.Granted.class))
          .hasSize(trial.consents())
          .extracting(ConsentChange::key)
          .doesNotHaveDuplicates();
      assertThat(ledger.events(block, ConsentChange.Revoked.class))
          .hasSize(trial.consents())
          .extracting(ConsentChange::key)
          .doesNotHaveDuplicates();
      LogStore store = first.bean(LogStore.class);
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  store.pendingCount() == 0
                      && store.state().anchoredSize().equals(store.state().size()));
      new LogAuditor(first).leavesEqualVersions();
    }

    /** Each call has one nonce, and what it was signed as is what the ledger has. */
    void hasNoCallTwice() {
      await().atMost(LIMIT).until(() -> rows("state <> 'FINAL'") == 0);
      assertThat(rows("tries <> 1")).as("calls that were repeated").isZero();
      Predicate<byte[]> isDone = hash -> ledger.paid(hash).done();
      assertThat(
              jdbc.query(
                  "select transaction_hash from ledger_call where call_id > ?",
                  (row, n) -> row.getBytes(1),
                  call))
          .allMatch(isDone);
    }

    private int rows(String which) {
      Integer rows =
          jdbc.queryForObject(
              "select count(*) from ledger_call where call_id > ? and " + which,
              Integer.class,
              call);
      return rows == null ? 0 : rows;
    }

    Map<String, Object> firstGrant() {
      String at =
          "0x"
              + Long.toHexString(
                  ledger
                      .events(block, ConsentChange.Granted.class)
                      .get(0)
                      .place()
                      .block()
                      .number());
      return Map.of(
          "address", ledger.consents.domain().contract().hex(), "fromBlock", at, "toBlock", at);
    }

    long lastNumber() {
      return ledger.consents.lastNumber(ledger.consents.latest().ref());
    }

    void print(ConsentTrial trial) {
      System.out.printf(
          "trial consents=%d anchors=%d again=%d seconds=%d answers=%s%n",
          trial.consents(),
          rows("kind = 'ANCHOR'"),
          rows("tries <> 1"),
          Duration.ofNanos(System.nanoTime() - nanos).toSeconds(),
          trial.answers());
    }
  }
}
