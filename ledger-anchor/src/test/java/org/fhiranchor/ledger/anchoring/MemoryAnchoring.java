package org.fhiranchor.ledger.anchoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.evm.TestChain;
import org.fhiranchor.ledger.evm.TestTree;
import org.fhiranchor.ledger.sending.AccountSender;
import org.fhiranchor.ledger.sending.MemoryCallQueue;
import org.fhiranchor.ledger.sending.SendingSettings;

/** A log with its anchors in memory, which can move from one chain to the next. */
public final class MemoryAnchoring {
  private static final TestTree TREE = new TestTree(7, 32);

  private final String origin;
  private final TestChain chain;
  private final LogId logId;
  private final MutableClock clock;
  private final MemoryAnchorTransactionStore store;
  private final MemoryCallQueue queue;
  private final TestLog log;
  private final Anchorer anchorer;

  public MemoryAnchoring(String origin, TestChain chain) {
    this(
        origin,
        chain,
        chain.deployer().register(chain.anchorContract(), TestTree.key(origin)),
        new MutableClock(),
        new MemoryAnchorTransactionStore(),
        new MemoryCallQueue(),
        new TestLog(origin, TREE));
  }

  private MemoryAnchoring(
      String origin,
      TestChain chain,
      LogId logId,
      MutableClock clock,
      MemoryAnchorTransactionStore store,
      MemoryCallQueue queue,
      TestLog log) {
    this.origin = origin;
    this.chain = chain;
    this.logId = logId;
    this.clock = clock;
    this.store = store;
    this.queue = queue;
    this.log = log;
    this.anchorer =
        new Anchorer(
            logId,
            chain.anchorLedger(),
            log,
            store,
            queue,
            new AnchoringSettings(new Finality.Confirmations(0), AnchoringWorld.STUCK),
            clock);
  }

  /** The same log and what is stored of it, on another chain. */
  public MemoryAnchoring on(TestChain other) {
    return new MemoryAnchoring(origin, other, logId, clock, store, queue, log);
  }

  public void register() {
    LogId again = chain.deployer().register(chain.anchorContract(), TestTree.key(origin));
    assertThat(again).isEqualTo(logId);
  }

  /** Steps until the ledger has the log's new end. */
  public void anchor(long size) {
    log.size(size);
    await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(20)).until(this::isDone);
  }

  private boolean isDone() {
    clock.advance(AnchoringWorld.STUCK.dividedBy(20));
    SendingSettings settings =
        new SendingSettings(
            new Finality.Confirmations(0), AnchoringWorld.STUCK, AnchoringWorld.BUDGET);
    new AccountSender(chain.account(), queue, call -> true, settings, clock).step();
    return anchorer.step() instanceof StepOutcome.Idle;
  }

  public String standing() {
    return anchorer.standing().message();
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
