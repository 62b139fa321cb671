package org.fhiranchor.ledger.anchoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.evm.EvmAnchorLedger;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.evm.TestChain;
import org.fhiranchor.ledger.evm.TestTree;
import org.fhiranchor.merkle.TreeSize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnchorerTest {
  @TempDir static Path folder;
  static TestChain chain;

  @BeforeAll
  static void start() {
    chain = TestChain.start(folder);
  }

  @AfterAll
  static void stop() {
    chain.close();
  }

  @AfterEach
  void mineAgain() {
    chain.automine(true);
    chain.mine(1);
  }

  private static AnchoringWorld world(String origin) {
    return new AnchoringWorld(chain, origin);
  }

  @Test
  @DisplayName("TX-1 takes a checkpoint through every state to FINAL")
  void anchorsTheFirstCheckpoint() {
    AnchoringWorld world = world("first.test");
    world.log.size(5);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.store.states())
        .containsExactly(
            AnchorState.PLANNED,
            AnchorState.SIGNED,
            AnchorState.SENT,
            AnchorState.MINED,
            AnchorState.FINAL);
    assertThat(world.ledgerSize()).isEqualTo(5);
    assertThat(world.settle())
        .isEqualTo(new StepOutcome.Idle(new LogStanding.InStep(new TreeSize(5))));
  }

  @Test
  @DisplayName("TX-1 has nothing to do for a log without leaves")
  void idlesOnAnEmptyLog() {
    assertThat(world("empty.test").step()).isEqualTo(new StepOutcome.Idle(new LogStanding.Fresh()));
  }

  @Test
  @DisplayName("TX-4 keeps the block header and the receipt of a final anchor")
  void keepsEvidence() {
    AnchoringWorld world = world("evidence.test");
    world.log.size(5);
    world.settle();
    AnchorTransaction anchor = world.store.lastFinal(world.logId).orElseThrow();
    assertThat(anchor.evidence())
        .hasValueSatisfying(
            kept -> {
              assertThat(kept.receipt()).contains(anchor.latestAttempt().hash().toString());
              assertThat(kept.blockHeader())
                  .contains(anchor.mined().orElseThrow().block().hash().hex());
            });
  }

  @Test
  @DisplayName("TX-2 is final with N blocks on top, and not with one less")
  void waitsForConfirmations() {
    AnchoringWorld world = world("confirmations.test");
    world.finality = new Finality.Confirmations(3);
    world.log.size(5);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Waiting.class);
    chain.mine(2);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Waiting.class);
    assertThat(world.open().state()).isEqualTo(AnchorState.MINED);
    chain.mine(1);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Anchored.class);
  }

  @Test
  @DisplayName("TX-2 is final when the chain's own tag says so")
  void waitsForTheFinalizedTag() {
    AnchoringWorld world = world("tag.test");
    world.finality = new Finality.Tag();
    world.log.size(5);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Waiting.class);
    chain.mine(63);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Waiting.class);
    chain.mine(1);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Anchored.class);
  }

  @Test
  @DisplayName("TX-3 raises both fees by ten percent on the same nonce when stuck")
  void replacesAStuckTransaction() {
    AnchoringWorld world = world("stuck.test");
    world.log.size(5);
    chain.automine(false);
    assertThat(world.step()).isInstanceOf(StepOutcome.Waiting.class);
    SignedTransaction first = world.open().latestAttempt();
    world.clock.advance(AnchoringWorld.STUCK.minusMillis(1));
    assertThat(world.step()).isInstanceOf(StepOutcome.Waiting.class);
    assertThat(world.open().attempts()).hasSize(1);

    world.clock.advance(Duration.ofMillis(1));
    assertThat(world.step()).isInstanceOf(StepOutcome.Waiting.class);
    SignedTransaction second = world.open().latestAttempt();
    assertThat(world.open().attempts()).containsExactly(first, second);
    assertThat(second.nonce()).isEqualTo(first.nonce());
    assertRaised(first.fees(), second.fees());

    chain.mine(1);
    assertThat(world.step()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.store.lastFinal(world.logId).orElseThrow().mined().orElseThrow().transaction())
        .isEqualTo(second.hash());
  }

  private static void assertRaised(Fees first, Fees second) {
    BigInteger ten = BigInteger.TEN;
    BigInteger eleven = BigInteger.valueOf(11);
    assertThat(second.maxFeePerGas().multiply(ten))
        .isGreaterThanOrEqualTo(first.maxFeePerGas().multiply(eleven));
    assertThat(second.maxPriorityFeePerGas().multiply(ten))
        .isGreaterThanOrEqualTo(first.maxPriorityFeePerGas().multiply(eleven));
  }

  @Test
  @DisplayName("TX-3 takes the first attempt when that is the one that gets mined")
  void followsAnOlderAttempt() {
    AnchoringWorld world = world("older.test");
    world.log.size(5);
    chain.automine(false);
    world.step();
    SignedTransaction first = world.open().latestAttempt();
    world.clock.advance(AnchoringWorld.STUCK);
    world.step();
    chain.anvil("anvil_dropTransaction", world.open().latestAttempt().hash().toString());
    chain.anchorLedger().send(first);
    chain.mine(1);
    assertThat(world.step()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.store.lastFinal(world.logId).orElseThrow().mined().orElseThrow().transaction())
        .isEqualTo(first.hash());
  }

  @Test
  @DisplayName("TX-3 reports stuck at the cap, and goes on with the same bytes")
  void staysPatientAtTheCap() {
    AnchoringWorld world = world("cap.test");
    world.log.size(5);
    chain.automine(false);
    world.step();
    world.cap = world.open().latestAttempt().fees().maxFeePerGas();
    world.clock.advance(AnchoringWorld.STUCK);
    assertThat(world.step()).isEqualTo(new StepOutcome.Stuck(world.open(), AnchoringWorld.STUCK));
    chain.anvil("anvil_dropTransaction", world.open().latestAttempt().hash().toString());
    world.clock.advance(AnchoringWorld.STUCK);
    assertThat(world.step()).isInstanceOf(StepOutcome.Stuck.class);
    assertThat(world.open().attempts()).hasSize(1);
    chain.mine(1);
    assertThat(world.step()).isInstanceOf(StepOutcome.Anchored.class);
  }

  @Test
  @DisplayName("TX-1 hands in again what the node has dropped")
  void sendsADroppedTransactionAgain() {
    AnchoringWorld world = world("dropped.test");
    world.log.size(5);
    chain.automine(false);
    world.step();
    chain.anvil("anvil_dropTransaction", world.open().latestAttempt().hash().toString());
    assertThat(world.step()).isInstanceOf(StepOutcome.Waiting.class);
    chain.mine(1);
    assertThat(world.step()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.store.all()).hasSize(1);
  }

  @Test
  @DisplayName("TX-1 goes from MINED back to SENT when a reorganisation drops its block")
  void survivesAReorganisation() {
    AnchoringWorld world = world("reorg.test");
    world.finality = new Finality.Confirmations(2);
    world.log.size(5);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Waiting.class);
    MinedAnchor dropped = world.open().mined().orElseThrow();
    chain.automine(false);
    chain.anvil("anvil_reorg", 1, List.of());
    assertThat(world.ledgerSize()).isZero();

    assertThat(world.step()).isInstanceOf(StepOutcome.Waiting.class);
    assertThat(world.open().state()).isEqualTo(AnchorState.SENT);
    chain.mine(3);
    assertThat(world.step()).isInstanceOf(StepOutcome.Anchored.class);
    AnchorTransaction anchor = world.store.lastFinal(world.logId).orElseThrow();
    assertThat(anchor.mined().orElseThrow().transaction()).isEqualTo(dropped.transaction());
    assertThat(anchor.mined().orElseThrow().block()).isNotEqualTo(dropped.block());
    assertThat(world.ledgerSize()).isEqualTo(5);
  }

  @Test
  @DisplayName("TX-1 signs with another nonce when its own was used up by something else")
  void replansWhenItsNonceIsTaken() {
    AnchoringWorld world = world("nonce.test");
    AnchoringWorld other = world("other-nonce.test");
    world.log.size(5);
    chain.automine(false);
    world.step();
    SignedTransaction waiting = world.open().latestAttempt();
    chain.anvil("anvil_dropTransaction", waiting.hash().toString());
    EvmAnchorLedger ledger = chain.anchorLedger();
    ledger.send(
        ledger.sign(new TestTree(1, 8).call(other.logId, 0, 3), waiting.nonce(), ledger.fees()));
    chain.automine(true);
    chain.mine(1);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.store.states())
        .containsSubsequence(
            AnchorState.SENT, AnchorState.PLANNED, AnchorState.SIGNED, AnchorState.FINAL);
  }

  @Test
  @DisplayName("TX-1 is superseded when the ledger's head is past it already")
  void givesWayToALaterHead() {
    AnchoringWorld world = world("past.test");
    world.log.size(5);
    chain.automine(false);
    world.step();
    chain.anvil("anvil_dropTransaction", world.open().latestAttempt().hash().toString());
    AnchoringWorld elsewhere = new AnchoringWorld(chain, "past.test");
    chain.automine(true);
    elsewhere.log.size(9);
    assertThat(elsewhere.settle()).isInstanceOf(StepOutcome.Anchored.class);

    world.log.size(12);
    assertThat(world.step()).isInstanceOf(StepOutcome.Superseded.class);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.ledgerSize()).isEqualTo(12);
  }

  @Test
  @DisplayName("TX-5 anchors nothing when the ledger has more leaves than we do")
  void haltsWhenTheLocalLogIsAnOldCopy() {
    AnchoringWorld world = world("restored.test");
    world.log.size(9);
    world.settle();
    world.log.size(7);
    LogStanding want = new LogStanding.LocalRestored(new TreeSize(7), new TreeSize(9));
    assertThat(world.settle()).isEqualTo(new StepOutcome.Halted(want));
    assertThat(world.anchorer().standing().message()).contains("9 leaves", "only 7");
  }

  @Test
  @DisplayName("TX-5 anchors nothing when our root differs from the ledger's at its size")
  void haltsWhenTheLogsDiverge() {
    AnchoringWorld world = world("diverged.test");
    EvmAnchorLedger ledger = chain.anchorLedger();
    chain.mined(
        ledger.sign(
            new TestTree(666, 16).call(world.logId, 0, 6), ledger.nextNonce(), ledger.fees()));
    world.log.size(9);
    assertThat(world.settle())
        .isInstanceOfSatisfying(
            StepOutcome.Halted.class,
            halted -> assertThat(halted.standing()).isInstanceOf(LogStanding.Diverged.class));
  }

  @Test
  @DisplayName("TX-5 says which leaves the ledger lacks when the log is ahead")
  void tellsThatTheLogIsAhead() {
    AnchoringWorld world = world("ahead.test");
    world.log.size(4);
    world.settle();
    world.log.size(6);
    assertThat(world.anchorer().standing())
        .isEqualTo(new LogStanding.LogAhead(new TreeSize(4), new TreeSize(6)));
  }

  @Test
  @DisplayName("TX-6 names the reason when the account runs dry, and goes on once it is funded")
  void reportsAnAccountWithoutFunds() {
    AnchoringWorld world = world("funds.test");
    world.log.size(5);
    chain.fund(chain.signer().address(), BigInteger.ONE);
    assertThat(world.settle())
        .isInstanceOfSatisfying(
            StepOutcome.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.INSUFFICIENT_FUNDS));
    chain.fund(chain.signer().address(), BigInteger.TEN.pow(22));
    assertThat(world.settle()).isInstanceOf(StepOutcome.Anchored.class);
  }

  @Test
  @DisplayName("TX-3 waits for a base fee below the cap, and anchors when it falls")
  void waitsOutAFeeSpike() {
    AnchoringWorld world = world("spike.test");
    world.log.size(5);
    chain.anvil("anvil_setNextBlockBaseFeePerGas", "0x" + Long.toHexString(900_000_000_000L));
    chain.mine(1);
    assertThat(world.settle())
        .isInstanceOfSatisfying(
            StepOutcome.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.FEE_OUT_OF_RANGE));
    chain.anvil("anvil_setNextBlockBaseFeePerGas", "0x" + Long.toHexString(1_000_000_000L));
    chain.mine(1);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Anchored.class);
  }

  @Test
  @DisplayName("TX-1 says so when the node is away, and changes nothing")
  void waitsForANodeThatIsAway() {
    AnchoringWorld world = world("away.test");
    world.log.size(5);
    chain.automine(false);
    world.step();
    AnchorTransaction before = world.open();
    try (EvmClient nobody =
        EvmClient.connect(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(2))) {
      EvmAnchorLedger away =
          new EvmAnchorLedger(nobody, chain.anchorContract(), chain.signer(), chain.fees());
      assertThat(world.anchorer(away).step()).isInstanceOf(StepOutcome.Away.class);
    }
    assertThat(world.open()).isEqualTo(before);
  }

  @Test
  @DisplayName("TX-1 lets one of several nodes get ahead, and anchors every head once")
  void sharesTheWorkBetweenNodes() throws Exception {
    AnchoringWorld world = world("nodes.test");
    ExecutorService nodes = Executors.newFixedThreadPool(4);
    try {
      for (long size = 3; size <= 30; size += 9) {
        world.log.size(size);
        List<Callable<StepOutcome>> steps =
            IntStream.range(0, 4)
                .<Callable<StepOutcome>>mapToObj(node -> world.anchorer()::step)
                .toList();
        nodes.invokeAll(steps);
        nodes.invokeAll(steps);
      }
    } finally {
      nodes.shutdown();
      assertThat(nodes.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> world.settle() instanceof StepOutcome.Idle);
    assertThat(world.ledgerSize()).isEqualTo(30);
    assertThat(world.store.all().stream().map(anchor -> anchor.call().size().value()))
        .doesNotHaveDuplicates();
  }
}
