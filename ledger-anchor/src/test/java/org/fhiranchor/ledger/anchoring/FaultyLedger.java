package org.fhiranchor.ledger.anchoring;

import java.util.Optional;
import java.util.function.Supplier;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorEvidence;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.Inclusion;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.TransactionHash;

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
  public ChainId chainId() {
    return call(ledger::chainId);
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
  public Fees fees() {
    return call(ledger::fees);
  }

  @Override
  public long nextNonce() {
    return call(ledger::nextNonce);
  }

  @Override
  public long minedNonce() {
    return call(ledger::minedNonce);
  }

  @Override
  public SignedTransaction sign(AnchorCall anchor, long nonce, Fees fees) {
    return call(() -> ledger.sign(anchor, nonce, fees));
  }

  @Override
  public void send(SignedTransaction transaction) {
    call(
        () -> {
          ledger.send(transaction);
          return transaction;
        });
  }

  @Override
  public Optional<Inclusion> inclusion(TransactionHash hash) {
    return call(() -> ledger.inclusion(hash));
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
  public Optional<AnchorEvidence> evidence(TransactionHash hash) {
    return call(() -> ledger.evidence(hash));
  }
}
