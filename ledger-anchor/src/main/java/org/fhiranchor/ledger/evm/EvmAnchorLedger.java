package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorEvidence;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.Inclusion;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.TreeSize;

/** The AnchorRegistry contract (LOG.md section 6) over JSON-RPC. */
public final class EvmAnchorLedger implements AnchorLedger {
  private static final ContractArtifact ARTIFACT = ContractArtifact.ANCHOR_REGISTRY;

  private final EvmBlocks blocks;
  private final EvmAccount account;
  private final Address contract;

  /** Asks nothing yet. */
  public EvmAnchorLedger(
      EvmClient client, Address contract, TransactionSigner signer, FeePolicy fees) {
    this.blocks = new EvmBlocks(client);
    this.account = new EvmAccount(client, signer, fees);
    this.contract = contract;
  }

  /** The contract that keeps the heads. */
  public Address contract() {
    return contract;
  }

  @Override
  public ChainId chainId() {
    return account.chainId();
  }

  @Override
  public Address sender() {
    return account.address();
  }

  @Override
  public Optional<LedgerHead> head(LogId logId) {
    AbiCall call = AbiCall.of("head(bytes32)").bytes32(logId.value());
    Words answer = Words.of(account.call(ARTIFACT, contract, call), 4, "head of " + logId);
    if (answer.uint64(0) == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new LedgerHead(
            new TreeSize(answer.uint64(0)),
            answer.digest(1),
            answer.uint64(2),
            Answers.time(answer.uint64(3))));
  }

  @Override
  public Optional<Address> owner(LogId logId) {
    AbiCall call = AbiCall.of("owner(bytes32)").bytes32(logId.value());
    Words answer = Words.of(account.call(ARTIFACT, contract, call), 1, "owner of " + logId);
    return Optional.of(answer.address(0)).filter(owner -> !owner.equals(Address.ZERO));
  }

  @Override
  public Fees fees() {
    return account.fees();
  }

  @Override
  public long nextNonce() {
    return account.nextNonce("pending");
  }

  @Override
  public long minedNonce() {
    return account.nextNonce("latest");
  }

  @Override
  public SignedTransaction sign(AnchorCall anchor, long nonce, Fees fees) {
    return account.sign(ARTIFACT, Optional.of(contract), data(anchor), nonce, fees);
  }

  private static Bytes data(AnchorCall anchor) {
    return AbiCall.of("anchor(bytes32,uint64,uint64,bytes32,bytes32[])")
        .bytes32(anchor.logId().value())
        .uint(anchor.previousSize().value())
        .uint(anchor.size().value())
        .bytes32(anchor.root())
        .bytes32Array(anchor.consistencyProof())
        .data();
  }

  @Override
  public void send(SignedTransaction transaction) {
    account.send(transaction);
  }

  @Override
  public Optional<Inclusion> inclusion(TransactionHash hash) {
    return account.inclusion(hash);
  }

  @Override
  public Block latest() {
    return blocks.latest();
  }

  @Override
  public Optional<Block> block(long number) {
    return blocks.block(number);
  }

  @Override
  public Optional<Block> finalized() {
    return blocks.finalized();
  }

  @Override
  public Optional<AnchorEvidence> evidence(TransactionHash hash) {
    Optional<JsonNode> receipt = account.receipt(hash);
    if (receipt.isEmpty()) {
      return Optional.empty();
    }
    String blockHash = receipt.get().path("blockHash").asText();
    return blocks
        .header(blockHash)
        .map(header -> new AnchorEvidence(header.toString(), receipt.get().toString()));
  }
}
