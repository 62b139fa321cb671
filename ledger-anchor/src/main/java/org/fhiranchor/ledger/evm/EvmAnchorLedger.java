package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorEvidence;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.AnchoredEvent;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/** The AnchorRegistry contract (LOG.md section 6) over JSON-RPC. */
public final class EvmAnchorLedger implements AnchorLedger {
  private static final ContractArtifact ARTIFACT = ContractArtifact.ANCHOR_REGISTRY;

  private static final String ANCHORED = AbiCall.topic("Anchored(bytes32,uint64,bytes32,uint64)");

  private final EvmClient client;
  private final EvmBlocks blocks;
  private final ContractReader reader;
  private final Address contract;
  private final Address sender;

  /**
   * Asks nothing yet.
   *
   * @param sender the account that owns the log
   */
  public EvmAnchorLedger(EvmClient client, Address contract, Address sender) {
    this.client = client;
    this.blocks = new EvmBlocks(client);
    this.reader = new ContractReader(client);
    this.contract = contract;
    this.sender = sender;
  }

  /** The contract that keeps the heads. */
  public Address contract() {
    return contract;
  }

  @Override
  public Address sender() {
    return sender;
  }

  @Override
  public Optional<LedgerHead> head(LogId logId) {
    AbiCall call = AbiCall.of("head(bytes32)").bytes32(logId.value());
    return head(logId, reader.call(ARTIFACT, contract, call));
  }

  @Override
  public Optional<LedgerHead> headAt(LogId logId, BlockRef block) {
    AbiCall call = AbiCall.of("head(bytes32)").bytes32(logId.value());
    return head(logId, reader.callAt(ARTIFACT, contract, call, block.hash()));
  }

  private static Optional<LedgerHead> head(LogId logId, Bytes data) {
    Words answer = Words.of(data, 4, "head of " + logId);
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
    Words answer = Words.of(reader.call(ARTIFACT, contract, call), 1, "owner of " + logId);
    return Optional.of(answer.address(0)).filter(owner -> !owner.equals(Address.ZERO));
  }

  @Override
  public Optional<AnchoredEvent> anchored(LogId logId, TreeSize size, long block) {
    String number = "0x" + Long.toHexString(block);
    JsonNode logs =
        client.demand(
            "eth_getLogs",
            Map.of(
                "address",
                contract.hex(),
                "fromBlock",
                number,
                "toBlock",
                number,
                "topics",
                List.of(ANCHORED, word(logId.value()), word(size))));
    for (JsonNode log : logs) {
      if (isOurs(log, logId, size)) {
        return Optional.of(event(log));
      }
    }
    return Optional.empty();
  }

  private static String word(Digest value) {
    return "0x" + value.hex();
  }

  private static String word(TreeSize size) {
    return "0x%064x".formatted(size.value());
  }

  /** Looked at again here: what a node leaves out of its own filter is no event of ours. */
  private boolean isOurs(JsonNode log, LogId logId, TreeSize size) {
    JsonNode topics = log.path("topics");
    return !log.path("removed").asBoolean(false)
        && log.path("address").asText().equalsIgnoreCase(contract.hex())
        && topics.path(0).asText().equalsIgnoreCase(ANCHORED)
        && topics.path(1).asText().equalsIgnoreCase(word(logId.value()))
        && topics.path(2).asText().equalsIgnoreCase(word(size));
  }

  private static AnchoredEvent event(JsonNode log) {
    Words data = Words.of(Answers.bytes(log.path("data")), 2, "Anchored");
    return new AnchoredEvent(
        new TransactionHash(Answers.digest(log, "transactionHash")),
        new BlockRef(Answers.number(log, "blockNumber"), Answers.digest(log, "blockHash")),
        data.digest(0),
        new TreeSize(data.uint64(1)));
  }

  @Override
  public LedgerCall call(AnchorCall anchor) {
    Bytes data = data(anchor);
    long gas = reader.gas(ARTIFACT, sender, Optional.of(contract), data);
    return LedgerCall.of(CallKind.ANCHOR, anchor.subject(), contract, data, gas);
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
  public Optional<AnchorEvidence> evidence(TransactionHash hash, BlockRef block) {
    String blockHash = word(block.hash());
    Optional<JsonNode> receipt =
        client
            .ask("eth_getTransactionReceipt", hash.toString())
            .filter(found -> found.path("blockHash").asText().equalsIgnoreCase(blockHash));
    if (receipt.isEmpty()) {
      return Optional.empty();
    }
    return blocks
        .header(blockHash)
        .map(header -> new AnchorEvidence(header.toString(), receipt.get().toString()));
  }
}
