package org.fhiranchor.ledger.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads ask several nodes: the follower, and whoever a request came from (FOL-6). */
@Timeout(60)
final class NodeAnswersTest {
  private static final Duration GRACE = Duration.ofMillis(300);
  private static final int REQUESTS = 100;

  private final List<ConsentLedger> ledgers =
      IntStream.range(0, 3).<ConsentLedger>mapToObj(i -> new FakeConsentLedger("main")).toList();
  private final CountDownLatch hung = new CountDownLatch(1);
  private final AtomicInteger hangingNow = new AtomicInteger();
  private final AtomicInteger mostHanging = new AtomicInteger();
  private final ExecutorService callers = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    hung.countDown();
    callers.shutdownNow();
  }

  /** As of a node that is far away. */
  private static Block slowly(ConsentLedger ledger, Duration delay) {
    LockSupport.parkNanos(delay.toNanos());
    return ledger.latest();
  }

  private Block unlessHung(ConsentLedger ledger, int hanging) {
    if (ledgers.indexOf(ledger) >= hanging) {
      return ledger.latest();
    }
    mostHanging.accumulateAndGet(hangingNow.incrementAndGet(), Math::max);
    try {
      hung.await();
      return ledger.latest();
    } catch (InterruptedException ended) {
      throw new LedgerUnavailableException("the test's node was stopped", ended);
    } finally {
      hangingNow.decrementAndGet();
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("anchor-ledger-node"))
        .count();
  }

  @Test
  @DisplayName("FOL-6 what is no block or number is the failure of the node that said it")
  void bearsNonsense() {
    try (NodeAnswers nodes = new NodeAnswers(ledgers, 2, GRACE)) {
      assertThat(
              nodes.ask(
                  ledger -> {
                    if (ledgers.indexOf(ledger) == 0) {
                      throw new IllegalArgumentException("block number: want 0 or more, got -5");
                    }
                    return ledger.latest();
                  }))
          .hasSize(2);
    }
  }

  @Test
  @DisplayName("FOL-6 whoever asks while another one asks is answered as well")
  void answersTwoAtOnce() throws Exception {
    Function<ConsentLedger, Block> question = ledger -> slowly(ledger, Duration.ofMillis(20));
    AtomicBoolean goesOn = new AtomicBoolean(true);
    try (NodeAnswers nodes = new NodeAnswers(ledgers, 3, GRACE)) {
      Future<Integer> follower =
          callers.submit(
              () -> {
                int steps = 0;
                for (; goesOn.get(); steps++) {
                  assertThat(nodes.ask(question)).hasSize(3);
                }
                return steps;
              });
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(nodes.ask(question)).hasSize(3);
      }
      goesOn.set(false);
      assertThat(follower.get()).isPositive();
    }
  }

  @Test
  @DisplayName("FOL-6 nodes that all take longer than the grace answer whoever asks")
  void answersWhenAllAreSlow() throws Exception {
    try (NodeAnswers nodes = new NodeAnswers(ledgers, 3, GRACE)) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < AskedNode.AT_ONCE; i++) {
        answers.add(
            callers.submit(() -> nodes.ask(ledger -> slowly(ledger, GRACE.plusMillis(50))).size()));
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(3);
      }
      assertThat(threads()).isLessThanOrEqualTo(3L * AskedNode.AT_ONCE);
    }
  }

  @Test
  @DisplayName("FOL-6 a node that hangs holds nobody up, and is not asked for more than it can do")
  void waitsForNoHangingNode() {
    try (NodeAnswers nodes = new NodeAnswers(ledgers, 2, GRACE)) {
      assertThat(nodes.ask(ledger -> unlessHung(ledger, 1))).hasSize(2);
      long before = System.nanoTime();
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(nodes.ask(ledger -> unlessHung(ledger, 1))).containsOnlyKeys(1, 2);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isLessThan(GRACE.multipliedBy(REQUESTS / 3));
      assertThat(mostHanging.get()).isLessThanOrEqualTo(AskedNode.AT_ONCE);
    }
  }

  @Test
  @DisplayName("FOL-6 too many nodes that hang are named, and no thread outlives the last one")
  void namesWhoHangs() throws Exception {
    List<Future<Integer>> waiting = new ArrayList<>();
    try (NodeAnswers nodes = new NodeAnswers(ledgers, 2, GRACE)) {
      for (int i = 0; i < AskedNode.AT_ONCE; i++) {
        waiting.add(callers.submit(() -> nodes.ask(ledger -> unlessHung(ledger, 2)).size()));
      }
      await().until(() -> hangingNow.get() == 2 * AskedNode.AT_ONCE);
      LockSupport.parkNanos(GRACE.toNanos());
      assertThatThrownBy(() -> nodes.ask(ConsentLedger::latest))
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContaining("1 of 3 nodes answer, want 2")
          .hasMessageContaining("node 1 has not answered yet; node 2 has not answered yet");
    }
    for (Future<Integer> answer : waiting) {
      assertThatThrownBy(answer::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(LedgerUnavailableException.class);
    }
    await().until(() -> threads() == 0);
  }
}
