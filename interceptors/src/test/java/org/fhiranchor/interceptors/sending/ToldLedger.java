package org.fhiranchor.interceptors.sending;

import java.time.Instant;
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
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/** A ledger that has no event, and the head that a test tells. */
final class ToldLedger implements AnchorLedger {
  private static final Digest SOME = Digest.sha256(new byte[0]);

  private volatile Optional<LedgerHead> head = Optional.empty();

  void says(long size) {
    head = Optional.of(new LedgerHead(new TreeSize(size), SOME, 1, Instant.EPOCH));
  }

  void saysNothing() {
    head = Optional.empty();
  }

  @Override
  public Address sender() {
    return Address.ZERO;
  }

  @Override
  public Optional<LedgerHead> head(LogId logId) {
    return head;
  }

  @Override
  public Optional<LedgerHead> headAt(LogId logId, BlockRef block) {
    return head;
  }

  @Override
  public Optional<AnchoredEvent> anchored(LogId logId, TreeSize size, long block) {
    return Optional.empty();
  }

  @Override
  public Optional<Address> owner(LogId logId) {
    return Optional.empty();
  }

  @Override
  public LedgerCall call(AnchorCall anchor) {
    throw new LedgerUnavailableException("takes nothing");
  }

  @Override
  public Optional<AnchorEvidence> evidence(TransactionHash hash, BlockRef block) {
    return Optional.empty();
  }

  @Override
  public Block latest() {
    return new Block(new BlockRef(1, SOME), SOME, Instant.EPOCH);
  }

  @Override
  public Optional<Block> block(long number) {
    return Optional.empty();
  }

  @Override
  public Optional<Block> finalized() {
    return Optional.empty();
  }
}
