package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.Inclusion;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.TransactionHash;

/** One account on one chain: what it can read, sign and send. */
final class EvmAccount {
  /** What estimates are raised by: the state may differ a little when the call is mined. */
  private static final long GAS_MARGIN_PERCENT = 20;

  private final EvmClient client;
  private final TransactionSigner signer;
  private final FeePolicy policy;

  EvmAccount(EvmClient client, TransactionSigner signer, FeePolicy policy) {
    this.client = client;
    this.signer = signer;
    this.policy = policy;
  }

  Address address() {
    return signer.address();
  }

  ChainId chainId() {
    return new ChainId(Answers.quantity(client.demand("eth_chainId")).longValueExact());
  }

  Fees fees() {
    return policy.now(client);
  }

  BigInteger balance() {
    return Answers.quantity(client.demand("eth_getBalance", address().hex(), "latest"));
  }

  long nextNonce(String blockTag) {
    JsonNode count = client.demand("eth_getTransactionCount", address().hex(), blockTag);
    return Answers.quantity(count).longValueExact();
  }

  boolean hasCode(Address contract) {
    return Answers.bytes(client.demand("eth_getCode", contract.hex(), "latest")).size() > 0;
  }

  Bytes call(ContractArtifact artifact, Address contract, AbiCall call) {
    Map<String, String> message = message(Optional.of(contract), call.data());
    return Answers.bytes(client.askContract(artifact.errors(), "eth_call", message, "latest"));
  }

  SignedTransaction sign(
      ContractArtifact artifact, Optional<Address> to, Bytes data, long nonce, Fees fees) {
    JsonNode estimate =
        client.askContract(artifact.errors(), "eth_estimateGas", message(to, data), "latest");
    BigInteger margin = BigInteger.valueOf(100 + GAS_MARGIN_PERCENT);
    BigInteger gas = Answers.quantity(estimate).multiply(margin).divide(BigInteger.valueOf(100));
    return new TransactionFields(chainId(), nonce, fees, gas, to, data).sign(signer);
  }

  private Map<String, String> message(Optional<Address> to, Bytes data) {
    Map<String, String> message = new LinkedHashMap<>();
    message.put("from", address().hex());
    to.ifPresent(contract -> message.put("to", contract.hex()));
    message.put("data", data.hex());
    return message;
  }

  void send(SignedTransaction transaction) {
    try {
      client.demand("eth_sendRawTransaction", transaction.raw().hex());
    } catch (LedgerRejectedException refused) {
      if (!NodeErrors.isKnownTransaction(String.valueOf(refused.getMessage()))) {
        throw refused;
      }
    }
  }

  Optional<Inclusion> inclusion(TransactionHash hash) {
    return receipt(hash).map(Answers::inclusion);
  }

  Optional<JsonNode> receipt(TransactionHash hash) {
    return client.ask("eth_getTransactionReceipt", hash.toString());
  }
}
