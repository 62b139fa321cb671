package org.fhiranchor.ledger.anchoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.evm.EvmAnchorLedger;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.evm.TestChain;
import org.fhiranchor.ledger.evm.TestTree;
import org.fhiranchor.ledger.sending.SendOutcome;
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
        .containsExactly(AnchorState.PLANNED, AnchorState.MINED, AnchorState.FINAL);
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
  @DisplayName("DIS-6 anchors the head that was made for it, and waits while there is none")
  void anchorsTheHeadMadeForIt() {
    AnchoringWorld world = world("ended.test");
    world.log.size(5);
    world.log.end(0);
    assertThat(world.step()).isEqualTo(new StepOutcome.Overtaken());
    assertThat(world.store.states()).isEmpty();
    world.log.size(7);
    world.log.end(6);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.ledgerSize()).isEqualTo(6);
    assertThat(world.step()).isEqualTo(new StepOutcome.Overtaken());
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
              assertThat(kept.receipt())
                  .contains(anchor.mined().orElseThrow().transaction().toString());
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
  @DisplayName("TX-1 says that an anchor is stuck, and goes on with the same call")
  void saysThatAnAnchorIsStuck() {
    AnchoringWorld world = world("stuck.test");
    world.log.size(5);
    chain.automine(false);
    assertThat(world.step()).isInstanceOf(StepOutcome.Waiting.class);
    world.clock.advance(AnchoringWorld.STUCK);
    assertThat(world.step()).isEqualTo(new StepOutcome.Stuck(world.open(), AnchoringWorld.STUCK));
    chain.mine(1);
    assertThat(world.step()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.queue.all()).hasSize(1);
  }

  @Test
  @DisplayName("TX-1 hands in again what the node has dropped")
  void sendsADroppedTransactionAgain() {
    AnchoringWorld world = world("dropped.test");
    world.log.size(5);
    chain.automine(false);
    world.step();
    chain.anvil("anvil_dropTransaction", world.call().signed().orElseThrow().hash().toString());
    assertThat(world.step()).isInstanceOf(StepOutcome.Waiting.class);
    chain.mine(1);
    assertThat(world.step()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.store.all()).hasSize(1);
  }

  @Test
  @DisplayName("TX-1 goes from MINED back when a reorganisation drops its block")
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
    assertThat(world.open().state()).isEqualTo(AnchorState.PLANNED);
    chain.mine(3);
    assertThat(world.step()).isInstanceOf(StepOutcome.Anchored.class);
    AnchorTransaction anchor = world.store.lastFinal(world.logId).orElseThrow();
    assertThat(anchor.mined().orElseThrow().transaction()).isEqualTo(dropped.transaction());
    assertThat(anchor.mined().orElseThrow().block()).isNotEqualTo(dropped.block());
    assertThat(world.ledgerSize()).isEqualTo(5);
  }

  @Test
  @DisplayName("TX-7 sends an anchor again when something else used up its nonce")
  void sendsAgainWhenItsNonceIsTaken() {
    AnchoringWorld world = world("nonce.test");
    AnchoringWorld other = world("other-nonce.test");
    world.log.size(5);
    chain.automine(false);
    world.step();
    SignedTransaction waiting = world.call().signed().orElseThrow();
    chain.anvil("anvil_dropTransaction", waiting.hash().toString());
    chain
        .account()
        .send(
            chain.sign(new TestTree(1, 8).call(other.logId, 0, 3), waiting.nonce(), chain.usual()));
    chain.automine(true);
    chain.mine(1);
    assertThat(world.settle()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.queue.all()).hasSize(2);
  }

  @Test
  @DisplayName("TX-1 is superseded when the ledger's head is past it already")
  void givesWayToALaterHead() {
    AnchoringWorld world = world("past.test");
    world.log.size(5);
    chain.automine(false);
    world.step();
    chain.anvil("anvil_dropTransaction", world.call().signed().orElseThrow().hash().toString());
    AnchoringWorld elsewhere = new AnchoringWorld(chain, "past.test");
    chain.automine(true);
    elsewhere.log.size(9);
    assertThat(elsewhere.settle()).isInstanceOf(StepOutcome.Anchored.class);

    world.log.size(12);
    assertThat(world.step()).isInstanceOf(StepOutcome.Superseded.class);
    assertThat(world.settle()).as("what the ledger has").isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.store.lastFinal(world.logId).orElseThrow().call().size().value()).isEqualTo(9);
    assertThat(world.settle()).as("what it lacks").isInstanceOf(StepOutcome.Anchored.class);
    assertThat(world.ledgerSize()).isEqualTo(12);
  }

  @Test
  @DisplayName("TX-10 a log at rest takes in an anchor that is mined and that its table lacks")
  void takesInWhatIsMined() {
    AnchoringWorld elsewhere = world("rest.test");
    elsewhere.log.size(5);
    elsewhere.settle();
    AnchoringWorld resting = world("rest.test");
    resting.log.size(5);
    assertThat(resting.settle()).isInstanceOf(StepOutcome.Anchored.class);
    assertThat(resting.store.lastFinal(resting.logId).orElseThrow().mined())
        .isEqualTo(elsewhere.store.lastFinal(elsewhere.logId).orElseThrow().mined());
    assertThat(resting.queue.all()).isEmpty();
    assertThat(resting.settle())
        .isEqualTo(new StepOutcome.Idle(new LogStanding.InStep(new TreeSize(5))));
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
    chain.mined(chain.sign(new TestTree(666, 16).call(world.logId, 0, 6)));
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
    world.step();
    assertThat(world.send())
        .isInstanceOfSatisfying(
            SendOutcome.Refused.class,
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
    world.step();
    assertThat(world.send()).isInstanceOf(SendOutcome.AtCap.class);
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
          new EvmAnchorLedger(nobody, chain.anchorContract(), chain.signer().address());
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
                .<Callable<StepOutcome>>mapToObj(node -> () -> world.step(world.anchorer()))
                .toList();
        nodes.invokeAll(steps);
        nodes.invokeAll(steps);
      }
    } finally {
      nodes.shutdown();
      assertThat(nodes.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
    await().atMost(Duration.ofMinutes(2)).until(() -> world.settle() instanceof StepOutcome.Idle);
    assertThat(world.ledgerSize()).isEqualTo(30);
    // A node may look an anchor up again that another one finished meanwhile; it sends none.
    Map<Long, Set<Optional<MinedAnchor>>> mined =
        world.store.all().stream()
            .filter(anchor -> anchor.state() == AnchorState.FINAL)
            .collect(
                Collectors.groupingBy(
                    anchor -> anchor.call().size().value(),
                    Collectors.mapping(AnchorTransaction::mined, Collectors.toSet())));
    assertThat(mined).isNotEmpty().allSatisfy((size, where) -> assertThat(where).hasSize(1));
  }
}
