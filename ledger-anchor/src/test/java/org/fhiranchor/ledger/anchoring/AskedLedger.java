package org.fhiranchor.ledger.anchoring;

import java.util.Optional;
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

/** A real ledger, of which a test answers something else. */
class AskedLedger implements AnchorLedger {
  private final AnchorLedger ledger;

  AskedLedger(AnchorLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public Address sender() {
    return ledger.sender();
  }

  @Override
  public Optional<LedgerHead> head(LogId logId) {
    return ledger.head(logId);
  }

  @Override
  public Optional<Address> owner(LogId logId) {
    return ledger.owner(logId);
  }

  @Override
  public Optional<LedgerHead> headAt(LogId logId, BlockRef block) {
    return ledger.headAt(logId, block);
  }

  @Override
  public Optional<AnchoredEvent> anchored(LogId logId, TreeSize size, long block) {
    return ledger.anchored(logId, size, block);
  }

  @Override
  public LedgerCall call(AnchorCall anchor) {
    return ledger.call(anchor);
  }

  @Override
  public Block latest() {
    return ledger.latest();
  }

  @Override
  public Optional<Block> block(long number) {
    return ledger.block(number);
  }

  @Override
  public Optional<Block> finalized() {
    return ledger.finalized();
  }

  @Override
  public Optional<AnchorEvidence> evidence(TransactionHash hash, BlockRef block) {
    return ledger.evidence(hash, block);
  }
}
