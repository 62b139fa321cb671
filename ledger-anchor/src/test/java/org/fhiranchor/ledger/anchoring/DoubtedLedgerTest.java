package org.fhiranchor.ledger.anchoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorEvidence;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.evm.TestChain;
import org.fhiranchor.ledger.evm.TestTree;
import org.fhiranchor.merkle.TreeSize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TX-10: answers about a log's head, and about receipts, that are wrong or missing for a while. */
final class DoubtedLedgerTest {
  private static final Duration LATER = Duration.ofSeconds(6);
  private static final TestTree TREE = AnchoringWorld.TREE;

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

  /** Answers as the chain does, once what it was given to say instead is said. */
  private static final class Liar extends AskedLedger {
    private final Deque<Optional<LedgerHead>> lies = new ArrayDeque<>();

    Liar(AnchorLedger ledger) {
      super(ledger);
    }

    void says(Optional<LedgerHead> head, int times) {
      for (int i = 0; i < times; i++) {
        lies.add(head);
      }
    }

    @Override
    public Optional<LedgerHead> head(LogId logId) {
      return lies.isEmpty() ? super.head(logId) : lies.remove();
    }

    @Override
    public Optional<LedgerHead> headAt(LogId logId, BlockRef block) {
      return lies.isEmpty() ? super.headAt(logId, block) : lies.remove();
    }
  }

  private static AnchoringWorld anchored(String origin, long... sizes) {
    AnchoringWorld world = new AnchoringWorld(chain, origin);
    for (long size : sizes) {
      world.log.size(size);
      assertThat(world.settle()).isInstanceOf(StepOutcome.Anchored.class);
    }
    return world;
  }

  private static LedgerHead head(AnchoringWorld world, long size, TestTree tree) {
    long block = world.store.all().get(0).mined().orElseThrow().block().number();
    return new LedgerHead(new TreeSize(size), tree.root(size), block, Instant.EPOCH);
  }

  /** Steps until all is well, and moves the clock. */
  private static void rests(AnchoringWorld world, Anchorer anchorer) {
    for (int i = 0; i < 200 && !(world.step(anchorer) instanceof StepOutcome.Idle); i++) {
      world.clock.advance(LATER);
    }
    assertThat(world.step(anchorer)).isInstanceOf(StepOutcome.Idle.class);
  }

  @ParameterizedTest(name = "head of {0}")
  @ValueSource(longs = {0, 2})
  @DisplayName("TX-10 one head that is too old, or none, takes no anchor back")
  void takesNothingBackForOneAnswer(long said) {
    AnchoringWorld world = anchored("once-" + said + ".test", 2, 4, 7);
    List<AnchorTransaction> before = world.store.all();
    Liar ledger = new Liar(chain.anchorLedger());
    Anchorer anchorer = world.anchorer(ledger);
    ledger.says(said == 0 ? Optional.empty() : Optional.of(head(world, said, TREE)), 1);
    anchorer.step();
    rests(world, anchorer);
    assertThat(world.store.all()).isEqualTo(before);
  }

  @Test
  @DisplayName("TX-10 no head is believed to be lost while the newest anchor's block is there")
  void takesNothingBackWhileItsBlockIsThere() {
    AnchoringWorld world = anchored("long.test", 2, 4, 7);
    List<AnchorTransaction> before = world.store.all();
    Liar ledger = new Liar(chain.anchorLedger());
    Anchorer anchorer = world.anchorer(ledger);
    ledger.says(Optional.of(head(world, 2, TREE)), 20);
    for (int i = 0; i < 20; i++) {
      assertThat(anchorer.step()).isInstanceOf(StepOutcome.Doubted.class);
      world.clock.advance(LATER);
    }
    rests(world, anchorer);
    assertThat(world.store.all()).isEqualTo(before);
  }

  @Test
  @DisplayName("TX-10 a plan that begins at a lie ends at the anchor that is final already")
  void endsAPlanThatBeginsAtALie() {
    AnchoringWorld world = anchored("plan.test", 2, 4, 7);
    List<AnchorTransaction> before = world.store.all();
    world.store.plan(
        new AnchorCall(
            world.logId,
            new TreeSize(2),
            new TreeSize(7),
            TREE.root(7),
            world.log.consistency(new TreeSize(2), new TreeSize(7))),
        world.clock.instant());
    assertThat(world.anchorer().step()).isInstanceOf(StepOutcome.Superseded.class);
    assertThat(world.store.all().subList(0, before.size())).isEqualTo(before);
  }

  @Test
  @DisplayName("TX-10 what the ledger really lost is anchored again, some seconds later")
  void anchorsAgainWhatIsLost() {
    AnchoringWorld world = anchored("lost.test", 2);
    String snapshot = chain.anvil("evm_snapshot").asText();
    world.log.size(7);
    world.settle();
    chain.anvil("evm_revert", snapshot);
    chain.mine(1);
    Anchorer anchorer = world.anchorer();
    assertThat(anchorer.step()).isInstanceOf(StepOutcome.Doubted.class);
    rests(world, anchorer);
    assertThat(finals(world)).containsExactly("0-2", "2-7");
    assertThat(world.ledgerSize()).isEqualTo(7);
  }

  @Test
  @DisplayName("TX-10 an anchor that a set-back chain has in another block is taken in from there")
  void followsAnAnchorIntoAnotherBlock() {
    AnchoringWorld world = anchored("moved.test", 2);
    String snapshot = chain.anvil("evm_snapshot").asText();
    world.log.size(7);
    world.settle();
    MinedAnchor before = world.store.lastFinal(world.logId).orElseThrow().mined().orElseThrow();
    chain.anvil("evm_revert", snapshot);
    chain.mine(1);
    chain.mined(chain.sign(TREE.call(world.logId, 2, 7)));
    rests(world, world.anchorer());
    MinedAnchor now = world.store.lastFinal(world.logId).orElseThrow().mined().orElseThrow();
    assertThat(finals(world)).containsExactly("0-2", "2-7");
    assertThat(now).isNotEqualTo(before);
    assertThat(chain.anchorLedger().block(now.block().number()).orElseThrow().ref())
        .isEqualTo(now.block());
    assertThat(world.queue.all()).as("nothing is sent for it").hasSize(2);
  }

  @Test
  @DisplayName("TX-10 after a fork each anchor has the one before it, whoever made that")
  void looksUpWhatAForkHad() {
    AnchoringWorld world = anchored("fork.test", 2);
    String snapshot = chain.anvil("evm_snapshot").asText();
    world.log.size(9);
    world.settle();
    assertThat(finals(world)).containsExactly("0-2", "2-9");
    chain.anvil("evm_revert", snapshot);
    chain.mined(chain.sign(TREE.call(world.logId, 2, 5)));
    chain.mined(chain.sign(TREE.call(world.logId, 5, 7)));
    world.log.size(12);
    rests(world, world.anchorer());
    assertThat(finals(world)).containsExactly("0-2", "2-7", "7-12");
  }

  private static List<String> finals(AnchoringWorld world) {
    return world.store.all().stream()
        .filter(anchor -> anchor.state() == AnchorState.FINAL)
        .map(anchor -> anchor.call().previousSize() + "-" + anchor.call().size())
        .toList();
  }

  @Test
  @DisplayName("TX-5 one head that cannot be ours halts nothing")
  void haltsForNoSingleAnswer() {
    AnchoringWorld world = anchored("single.test", 2, 4);
    Liar ledger = new Liar(chain.anchorLedger());
    Anchorer anchorer = world.anchorer(ledger);
    for (LedgerHead lie : List.of(head(world, 9, TREE), head(world, 4, new TestTree(666, 16)))) {
      ledger.says(Optional.of(lie), 1);
      assertThat(anchorer.step()).isInstanceOf(StepOutcome.Doubted.class);
      ledger.says(Optional.of(lie), 1);
      assertThat(anchorer.contradiction()).isEmpty();
      assertThat(anchorer.step()).isInstanceOf(StepOutcome.Idle.class);
      world.clock.advance(LATER);
    }
  }

  @Test
  @DisplayName("TX-5 a head that cannot be ours halts all when it is read again, event or not")
  void haltsForTheSecondAnswer() {
    AnchoringWorld world = anchored("second.test", 2, 4);
    Liar ledger = new Liar(chain.anchorLedger());
    Anchorer anchorer = world.anchorer(ledger);
    ledger.says(Optional.of(head(world, 9, TREE)), 3);
    assertThat(anchorer.step()).isInstanceOf(StepOutcome.Doubted.class);
    world.clock.advance(Duration.ofSeconds(4));
    assertThat(anchorer.step()).isInstanceOf(StepOutcome.Doubted.class);
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(anchorer.step()).isInstanceOf(StepOutcome.Halted.class);
  }

  @ParameterizedTest(name = "with an error: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("TX-4 TX-10 an anchor waits for no receipt, and gets it when the node has it")
  void getsItsReceiptLater(boolean error) {
    AnchoringWorld world = new AnchoringWorld(chain, "receipts-" + error + ".test");
    boolean[] there = {false};
    AnchorLedger forgetful =
        new AskedLedger(chain.anchorLedger()) {
          @Override
          public Optional<AnchorEvidence> evidence(TransactionHash hash, BlockRef block) {
            if (!there[0] && error) {
              throw new LedgerUnavailableException("no receipts");
            }
            return there[0] ? super.evidence(hash, block) : Optional.empty();
          }
        };
    Anchorer anchorer = world.anchorer(forgetful);
    for (long size = 3; size < 6; size++) {
      world.log.size(size);
      rests(world, anchorer);
    }
    assertThat(world.store.all())
        .hasSize(3)
        .allSatisfy(
            anchor -> {
              assertThat(anchor.state()).isEqualTo(AnchorState.FINAL);
              assertThat(anchor.evidence()).isEmpty();
            });
    there[0] = true;
    for (int i = 0; i < 5; i++) {
      world.clock.advance(KeptEvidence.ROUND);
      anchorer.step();
    }
    assertThat(world.store.all()).allSatisfy(anchor -> assertThat(anchor.evidence()).isPresent());
  }
}
