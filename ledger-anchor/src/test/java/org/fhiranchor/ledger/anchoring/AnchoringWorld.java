package org.fhiranchor.ledger.anchoring;

import static org.awaitility.Awaitility.await;

import java.math.BigInteger;
import java.time.Duration;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.evm.TestChain;
import org.fhiranchor.ledger.evm.TestTree;
import org.fhiranchor.ledger.sending.AccountSender;
import org.fhiranchor.ledger.sending.MemoryCallQueue;
import org.fhiranchor.ledger.sending.QueuedCall;
import org.fhiranchor.ledger.sending.SendOutcome;
import org.fhiranchor.ledger.sending.SendingSettings;

/** One log of its own on a chain that several tests share. */
final class AnchoringWorld {
  static final Duration STUCK = Duration.ofMinutes(2);
  static final BigInteger BUDGET = BigInteger.TEN.pow(20);
  static final TestTree TREE = new TestTree(20261122, 128);

  final TestChain chain;
  final LogId logId;
  final TestLog log;
  final MutableClock clock = new MutableClock();
  final MemoryAnchorTransactionStore store = new MemoryAnchorTransactionStore();
  Finality finality = new Finality.Confirmations(0);
  final MemoryCallQueue queue = new MemoryCallQueue();

  AnchoringWorld(TestChain chain, String origin) {
    this.chain = chain;
    this.logId = chain.deployer().register(chain.anchorContract(), TestTree.key(origin));
    this.log = new TestLog(origin, TREE);
  }

  Anchorer anchorer() {
    return anchorer(chain.anchorLedger());
  }

  Anchorer anchorer(AnchorLedger ledger) {
    return new Anchorer(
        logId, ledger, log, store, queue, new AnchoringSettings(finality, STUCK), clock);
  }

  /** As a new process would: nothing but the queue is carried over. */
  SendOutcome send() {
    return new AccountSender(
            chain.account(),
            queue,
            call -> true,
            new SendingSettings(finality, STUCK, BUDGET),
            clock)
        .step();
  }

  /** What the account sends for the open anchor. */
  QueuedCall call() {
    return queue.newest(open().call().subject()).orElseThrow();
  }

  StepOutcome step() {
    return step(anchorer());
  }

  /** Adds what is due, sends it, and looks what became of it. */
  StepOutcome step(Anchorer anchorer) {
    StepOutcome first = anchorer.step();
    send();
    return isOnItsWay(first) || first instanceof StepOutcome.Stuck ? anchorer.step() : first;
  }

  /** Steps on until the ledger has mined what it was sent: it answers before that. */
  StepOutcome settle() {
    return await()
        .atMost(Duration.ofMinutes(2))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(this::step, outcome -> !isOnItsWay(outcome));
  }

  private static boolean isOnItsWay(StepOutcome outcome) {
    return outcome instanceof StepOutcome.Waiting waiting
        && waiting.anchor().state() == AnchorState.PLANNED;
  }

  AnchorTransaction open() {
    return store.unfinished(logId).orElseThrow();
  }

  long ledgerSize() {
    return chain.anchorLedger().head(logId).map(head -> head.size().value()).orElse(0L);
  }
}
