package org.fhiranchor.ledger.anchoring;

import java.util.Optional;
import java.util.function.Supplier;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorEvidence;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.AnchoredEvent;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.TreeSize;

/** A real ledger behind a line that can be cut at any call. */
final class FaultyLedger implements AnchorLedger {
  private final AnchorLedger ledger;
  private final Faults faults;

  FaultyLedger(AnchorLedger ledger, Faults faults) {
    this.ledger = ledger;
    this.faults = faults;
  }

  private <T> T call(Supplier<T> call) {
    return faults.around(call);
  }

  @Override
  public Address sender() {
    return ledger.sender();
  }

  @Override
  public Optional<LedgerHead> head(LogId logId) {
    return call(() -> ledger.head(logId));
  }

  @Override
  public Optional<Address> owner(LogId logId) {
    return call(() -> ledger.owner(logId));
  }

  @Override
  public Optional<LedgerHead> headAt(LogId logId, BlockRef block) {
    return call(() -> ledger.headAt(logId, block));
  }

  @Override
  public Optional<AnchoredEvent> anchored(LogId logId, TreeSize size, long block) {
    return call(() -> ledger.anchored(logId, size, block));
  }

  @Override
  public LedgerCall call(AnchorCall anchor) {
    return call(() -> ledger.call(anchor));
  }

  @Override
  public Block latest() {
    return call(ledger::latest);
  }

  @Override
  public Optional<Block> block(long number) {
    return call(() -> ledger.block(number));
  }

  @Override
  public Optional<Block> finalized() {
    return call(ledger::finalized);
  }

  @Override
  public Optional<AnchorEvidence> evidence(TransactionHash hash, BlockRef block) {
    return call(() -> ledger.evidence(hash, block));
  }
}
