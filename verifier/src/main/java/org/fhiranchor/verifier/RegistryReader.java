package org.fhiranchor.verifier;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeSize;

/** The AnchorRegistry contract, read over JSON-RPC. */
final class RegistryReader {
  private final JsonRpc rpc;
  private final String contract;

  RegistryReader(JsonRpc rpc, String contract) {
    this.rpc = rpc;
    this.contract = contract;
  }

  /** The root is the empty tree's when the size is 0. */
  record Head(TreeSize size, Digest root) {}

  /** EIP-155 chain id in decimal. */
  String chainId() throws IOException {
    String hex = rpc.text("eth_chainId", "[]");
    if (!hex.matches("0x[0-9a-fA-F]{1,64}")) {
      throw new IOException("eth_chainId: want a number in hex");
    }
    return new BigInteger(hex.substring(2), 16).toString();
  }

  /** Whose log it is; empty when the address has no such contract. */
  Optional<Digest> identity(Digest logId) throws IOException {
    String answer = call(Abi.IDENTITY, logId);
    return answer.equals("0x") ? Optional.empty() : Optional.of(word(answer, 0, 1));
  }

  Head head(Digest logId) throws IOException {
    String answer = call(Abi.HEAD, logId);
    TreeSize size = size(word(answer, 0, 4));
    return new Head(size, size.value() == 0 ? TreeHash.EMPTY : word(answer, 1, 4));
  }

  /** The root that was anchored at a size: where the proof says, or anywhere. */
  Optional<Digest> anchored(Digest logId, Anchor anchor) throws IOException {
    String block = "0x" + Long.toHexString(anchor.blockNumber());
    Optional<Digest> there = anchored(logId, anchor.size(), block, block);
    return there.isPresent() ? there : anchored(logId, anchor.size(), "0x0", "latest");
  }

  private Optional<Digest> anchored(Digest logId, TreeSize size, String from, String to)
      throws IOException {
    String filter =
        "[{\"address\":\""
            + contract
            + "\",\"fromBlock\":\""
            + from
            + "\",\"toBlock\":\""
            + to
            + "\",\"topics\":[\""
            + Abi.ANCHORED
            + "\",\"0x"
            + logId
            + "\",\""
            + Abi.word(size.value())
            + "\"]}]";
    if (!(rpc.call("eth_getLogs", filter) instanceof JsonValue.Arr events)) {
      throw new IOException("eth_getLogs: want an array");
    }
    List<JsonValue> found = events.elements();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (found.get(0) instanceof JsonValue.Obj event
        && event.members().get("data") instanceof JsonValue.Str data) {
      return Optional.of(word(data.text(), 0, 2));
    }
    throw new IOException("eth_getLogs: want events with data");
  }

  private String call(String selector, Digest argument) throws IOException {
    return rpc.text(
        "eth_call",
        "[{\"to\":\"" + contract + "\",\"data\":\"" + selector + argument + "\"},\"latest\"]");
  }

  private static Digest word(String hex, int index, int words) throws IOException {
    if (hex.length() != 2 + 64 * words || !hex.startsWith("0x")) {
      throw new IOException("the contract's answer is not " + words + " words");
    }
    try {
      return Digest.fromHex(hex.substring(2 + 64 * index, 66 + 64 * index));
    } catch (IllegalArgumentException wrong) {
      throw new IOException("the contract's answer is no hex", wrong);
    }
  }

  private static TreeSize size(Digest word) throws IOException {
    BigInteger size = new BigInteger(1, word.bytes());
    if (size.bitLength() > 63) {
      throw new IOException("the contract's size is out of range");
    }
    return new TreeSize(size.longValue());
  }
}
