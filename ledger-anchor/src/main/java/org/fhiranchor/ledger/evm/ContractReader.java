package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.merkle.Digest;

/** Asks contracts, and tries what would be sent to them. */
final class ContractReader {
  /** What estimates are raised by: the state may differ a little when the call is mined. */
  private static final long GAS_MARGIN_PERCENT = 20;

  private final EvmClient client;

  ContractReader(EvmClient client) {
    this.client = client;
  }

  boolean hasCode(Address contract) {
    return hasCode(contract, "latest");
  }

  /** Whether there was code at the end of this block. */
  boolean hadCode(Address contract, long block) {
    return hasCode(contract, "0x" + Long.toHexString(block));
  }

  private boolean hasCode(Address contract, String block) {
    return Answers.bytes(client.demand("eth_getCode", contract.hex(), block)).size() > 0;
  }

  Bytes call(ContractArtifact artifact, Address contract, AbiCall call) {
    return call(artifact, contract, call, "latest");
  }

  /** At this very block, or not at all (EIP-1898). */
  Bytes callAt(ContractArtifact artifact, Address contract, AbiCall call, Digest blockHash) {
    return call(artifact, contract, call, Map.of("blockHash", "0x" + blockHash.hex()));
  }

  /** At this very block while it is on the chain; a node that lacks or dropped it says so. */
  Bytes callOnChain(ContractArtifact artifact, Address contract, AbiCall call, Digest blockHash) {
    return call(
        artifact,
        contract,
        call,
        Map.of("blockHash", "0x" + blockHash.hex(), "requireCanonical", true));
  }

  private Bytes call(ContractArtifact artifact, Address contract, AbiCall call, Object block) {
    Map<String, String> message = message(Optional.empty(), Optional.of(contract), call.data());
    return Answers.bytes(client.askContract(artifact.errors(), "eth_call", message, block));
  }

  /**
   * The gas that a call would take now, and some more.
   *
   * @throws LedgerRejectedException when the contract would refuse it now, or when it takes more
   *     than is ever paid for
   */
  long gas(ContractArtifact artifact, Address from, Optional<Address> to, Bytes data) {
    JsonNode estimate =
        client.askContract(
            artifact.errors(), "eth_estimateGas", message(Optional.of(from), to, data), "latest");
    BigInteger margin = BigInteger.valueOf(100 + GAS_MARGIN_PERCENT);
    BigInteger gas = Answers.quantity(estimate).multiply(margin).divide(BigInteger.valueOf(100));
    if (gas.signum() <= 0 || gas.compareTo(BigInteger.valueOf(LedgerCall.MAX_GAS)) > 0) {
      throw new LedgerRejectedException(
          LedgerRejectedException.Reason.INVALID,
          "gas: want 1 to " + LedgerCall.MAX_GAS + ", the ledger estimates " + gas);
    }
    return gas.longValueExact();
  }

  private static Map<String, String> message(
      Optional<Address> from, Optional<Address> to, Bytes data) {
    Map<String, String> message = new LinkedHashMap<>();
    from.ifPresent(account -> message.put("from", account.hex()));
    to.ifPresent(contract -> message.put("to", contract.hex()));
    message.put("data", data.hex());
    return message;
  }
}
