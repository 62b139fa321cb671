package org.fhiranchor.ledger.anchoring;

import static org.awaitility.Awaitility.await;

import java.math.BigInteger;
import java.time.Duration;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.evm.TestChain;
import org.fhiranchor.ledger.evm.TestTree;

/** One log of its own on a chain that several tests share. */
final class AnchoringWorld {
  static final Duration STUCK = Duration.ofMinutes(2);
  static final BigInteger CAP = BigInteger.TEN.pow(9).multiply(BigInteger.valueOf(500));
  private static final TestTree TREE = new TestTree(20261122, 128);

  final TestChain chain;
  final LogId logId;
  final TestLog log;
  final MutableClock clock = new MutableClock();
  final MemoryAnchorTransactionStore store = new MemoryAnchorTransactionStore();
  Finality finality = new Finality.Confirmations(0);
  BigInteger cap = CAP;

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
        logId, ledger, log, store, new AnchoringSettings(finality, STUCK, cap), clock);
  }

  StepOutcome step() {
    return anchorer().step();
  }

  /** Steps on until the ledger has mined what it was sent: it answers before that. */
  StepOutcome settle() {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(this::step, outcome -> !isOnItsWay(outcome));
  }

  private static boolean isOnItsWay(StepOutcome outcome) {
    return outcome instanceof StepOutcome.Waiting waiting
        && waiting.anchor().state() == AnchorState.SENT;
  }

  AnchorTransaction open() {
    return store.unfinished(logId).orElseThrow();
  }

  long ledgerSize() {
    return chain.anchorLedger().head(logId).map(head -> head.size().value()).orElse(0L);
  }
}
