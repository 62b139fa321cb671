package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.LedgerUnavailableException;

/** The chain's blocks, without their transactions. */
final class EvmBlocks {
  private final EvmClient client;

  EvmBlocks(EvmClient client) {
    this.client = client;
  }

  Block latest() {
    Block latest = Answers.block(client.demand("eth_getBlockByNumber", "latest", false));
    client.reached(latest.number());
    return latest;
  }

  Optional<Block> block(long number) {
    return client
        .ask("eth_getBlockByNumber", "0x" + Long.toHexString(number), false)
        .map(Answers::block)
        .map(block -> requireNumber(block, number));
  }

  private static Block requireNumber(Block block, long number) {
    if (block.number() != number) {
      throw new LedgerUnavailableException(
          "ledger: want block " + number + ", got block " + block.number());
    }
    return block;
  }

  Optional<Block> finalized() {
    return client.askIfKnown("eth_getBlockByNumber", "finalized", false).map(Answers::block);
  }

  /** The header as the node gives it; the list of transactions is no part of a header. */
  Optional<JsonNode> header(String blockHash) {
    Optional<JsonNode> block = client.ask("eth_getBlockByHash", blockHash, false);
    block
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast)
        .ifPresent(header -> header.remove("transactions"));
    return block;
  }
}
