package org.fhiranchor.ledger.anchoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.evm.TestChain;
import org.fhiranchor.ledger.evm.TestTree;

/** A log with its anchors in memory, which can move from one chain to the next. */
public final class MemoryAnchoring {
  private static final TestTree TREE = new TestTree(7, 32);

  private final String origin;
  private final TestChain chain;
  private final LogId logId;
  private final MutableClock clock;
  private final MemoryAnchorTransactionStore store;
  private final TestLog log;

  public MemoryAnchoring(String origin, TestChain chain) {
    this(
        origin,
        chain,
        chain.deployer().register(chain.anchorContract(), TestTree.key(origin)),
        new MutableClock(),
        new MemoryAnchorTransactionStore(),
        new TestLog(origin, TREE));
  }

  private MemoryAnchoring(
      String origin,
      TestChain chain,
      LogId logId,
      MutableClock clock,
      MemoryAnchorTransactionStore store,
      TestLog log) {
    this.origin = origin;
    this.chain = chain;
    this.logId = logId;
    this.clock = clock;
    this.store = store;
    this.log = log;
  }

  /** The same log and what is stored of it, on another chain. */
  public MemoryAnchoring on(TestChain other) {
    return new MemoryAnchoring(origin, other, logId, clock, store, log);
  }

  public void register() {
    LogId again = chain.deployer().register(chain.anchorContract(), TestTree.key(origin));
    assertThat(again).isEqualTo(logId);
  }

  private Anchorer anchorer() {
    AnchoringSettings settings =
        new AnchoringSettings(
            new Finality.Confirmations(0), AnchoringWorld.STUCK, AnchoringWorld.CAP);
    return new Anchorer(logId, chain.anchorLedger(), log, store, settings, clock);
  }

  /** Steps until the ledger has the log's new end. */
  public void anchor(long size) {
    log.size(size);
    await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).until(this::isDone);
  }

  private boolean isDone() {
    clock.advance(AnchoringWorld.STUCK.dividedBy(20));
    return anchorer().step() instanceof StepOutcome.Idle;
  }

  public String standing() {
    return anchorer().standing().message();
  }

  public long ledgerSize() {
    return chain.anchorLedger().head(logId).map(head -> head.size().value()).orElse(0L);
  }

  public LogId logId() {
    return logId;
  }

  public Address anchorContract() {
    return chain.anchorContract();
  }
}
