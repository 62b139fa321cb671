package org.fhiranchor.interceptors.scan;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlScanStore;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** EXP-6: which node runs a scan, what becomes of it after a restart, and when one starts. */
final class ScanRunnerTest {
  private static final Finding FINDING = new Finding(Finding.Kind.LEAF, "leaf 7", "it is missing");

  private volatile Instant now = Instant.parse("2026-11-29T01:00:00Z");
  private final InstantSource clock = () -> now;
  private final ScanStore store = store();
  private final List<ScanRunner> runners = new ArrayList<>();

  private static ScanStore store() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(h2);
    return new SqlScanStore(
        new JdbcTemplate(h2), new TransactionTemplate(new DataSourceTransactionManager(h2)));
  }

  private ScanRunner runner(StoreScanner scanner) {
    ExecutorService background = Executors.newSingleThreadExecutor();
    ScanRunner runner = new ScanRunner(store, scanner, clock, background);
    runners.add(runner);
    return runner;
  }

  @AfterEach
  void stopAll() throws InterruptedException {
    for (ScanRunner runner : runners) {
      runner.stop();
    }
  }

  private Scan scan(String id) {
    return store.find(id).orElseThrow();
  }

  private void awaits(String id, Scan.State state) {
    await().atMost(120, SECONDS).until(() -> scan(id).state() == state);
  }

  private static void finding(ScanListener listener) {
    listener.found(FINDING);
    listener.goOn(1, 1);
  }

  @Test
  @DisplayName("EXP-6 a scan ends with its findings kept, and all of them counted")
  void keepsWhatIsFound() {
    ScanRunner runner =
        runner(
            listener -> {
              for (int i = 0; i < ScanRunner.MOST + 5; i++) {
                listener.found(FINDING);
              }
              listener.goOn(3, 3);
            });
    String id = runner.start().id();
    awaits(id, Scan.State.DONE);
    assertThat(scan(id).findings()).isEqualTo(ScanRunner.MOST + 5);
    assertThat(scan(id).done()).isEqualTo(3);
    assertThat(store.findings(id, 1, 20_000)).hasSize(ScanRunner.MOST).containsOnly(FINDING);
    assertThat(store.newest()).isPresent();
  }

  @Test
  @DisplayName("EXP-6 who asks while a scan runs is told of that one")
  void runsOneAtATime() {
    CountDownLatch goOn = new CountDownLatch(1);
    ScanRunner runner = runner(listener -> waitFor(goOn));
    String id = runner.start().id();
    assertThat(runner.start().id()).isEqualTo(id);
    goOn.countDown();
    awaits(id, Scan.State.DONE);
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @DisplayName(
      "EXP-6 a scan whose node is silent is taken over from its beginning, no other one is")
  void takesOverWhatANodeLost() {
    assertThat(store.add("lost", clock.instant())).isTrue();
    assertThat(store.claim("lost", "dead", clock.instant(), clock.instant())).isTrue();
    store.progress(
        "lost",
        "dead",
        new ScanStore.Progress(1, 2, 1),
        List.of(FINDING, FINDING),
        clock.instant());
    AtomicInteger runs = new AtomicInteger();
    ScanRunner living =
        runner(
            listener -> {
              runs.incrementAndGet();
              finding(listener);
            });
    living.takeOver();
    await().during(1, SECONDS).atMost(5, SECONDS).until(() -> runs.get() == 0);
    now = now.plus(ScanRunner.SILENCE).plusSeconds(1);
    living.takeOver();
    awaits("lost", Scan.State.DONE);
    assertThat(store.findings("lost", 1, 10)).containsExactly(FINDING);
    assertThat(
            store.progress(
                "lost", "dead", new ScanStore.Progress(2, 2, 0), List.of(), clock.instant()))
        .isFalse();
  }

  @Test
  @DisplayName("EXP-6 a scan goes on after its server was stopped and started again")
  void goesOnAfterARestart() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    ScanRunner before =
        runner(
            listener -> {
              begun.countDown();
              while (listener.goOn(1, 2)) {
                Thread.onSpinWait();
              }
              throw new CancellationException();
            });
    String id = before.start().id();
    waitFor(begun);
    before.stop();
    assertThat(scan(id).state()).isEqualTo(Scan.State.RUNNING);
    runner(ScanRunnerTest::finding).takeOver();
    awaits(id, Scan.State.DONE);
  }

  @Test
  @DisplayName("EXP-6 a scan that is cancelled ends with its next page")
  void endsWhenItIsCancelled() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    ScanRunner runner =
        runner(
            listener -> {
              begun.countDown();
              while (listener.goOn(1, 2)) {
                now = now.plusSeconds(2);
              }
              ended.countDown();
              throw new CancellationException();
            });
    String id = runner.start().id();
    waitFor(begun);
    assertThat(store.cancel(id, clock.instant())).isTrue();
    waitFor(ended);
    assertThat(scan(id).state()).isEqualTo(Scan.State.CANCELLED);
    assertThat(store.cancel(id, clock.instant())).isFalse();
  }

  @Test
  @DisplayName("EXP-6 a scan that fails says so, and its failure is not taken for a whole store")
  void saysThatItFailed() {
    ScanRunner runner =
        runner(
            listener -> {
              throw new IllegalStateException("the database is away");
            });
    String id = runner.start().id();
    awaits(id, Scan.State.FAILED);
    assertThat(store.newest().orElseThrow().state()).isEqualTo(Scan.State.FAILED);
  }

  @Test
  @DisplayName("EXP-6 at its hour a scan starts once a night, on one node, and never hours later")
  void startsAtItsHour() {
    AtomicInteger runs = new AtomicInteger();
    List<NightlyScan> nodes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ScanRunner runner = runner(listener -> runs.incrementAndGet());
      nodes.add(new NightlyScan(runner, Optional.of(LocalTime.of(2, 30)), clock, ZoneOffset.UTC));
    }
    look(nodes, "2026-11-29T02:29:59Z");
    assertThat(store.find("nightly-2026-11-29")).isEmpty();
    look(nodes, "2026-11-29T02:30:00Z");
    awaits("nightly-2026-11-29", Scan.State.DONE);
    look(nodes, "2026-11-29T02:31:00Z");
    look(nodes, "2026-11-30T05:00:00Z");
    assertThat(store.find("nightly-2026-11-30")).isEmpty();
    await().during(Duration.ofSeconds(1)).atMost(5, SECONDS).until(() -> runs.get() == 1);
  }

  private void look(List<NightlyScan> nodes, String at) {
    now = Instant.parse(at);
    nodes.forEach(NightlyScan::look);
  }
}
