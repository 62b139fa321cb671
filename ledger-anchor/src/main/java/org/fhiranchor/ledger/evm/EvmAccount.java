package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Optional;
import org.fhiranchor.ledger.AccountLedger;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.FeeOffer;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.TransactionHash;

/** One account on one chain: what it can read, sign and send over JSON-RPC. */
public final class EvmAccount implements AccountLedger {
  private final EvmClient client;
  private final EvmBlocks blocks;
  private final ChainId chain;
  private final TransactionSigner signer;
  private final FeePolicy policy;

  /**
   * Asks nothing yet.
   *
   * @param chain the configured one: nothing is ever signed for another
   */
  public EvmAccount(EvmClient client, ChainId chain, TransactionSigner signer, FeePolicy policy) {
    this.client = client;
    this.blocks = new EvmBlocks(client);
    this.chain = chain;
    this.signer = signer;
    this.policy = policy;
  }

  @Override
  public Address account() {
    return signer.address();
  }

  @Override
  public ChainId chain() {
    return chain;
  }

  @Override
  public FeeOffer offer(CallKind kind) {
    return policy.offer(client, kind.isUrgent());
  }

  Fees fees() {
    return policy.offer(client, false).fees();
  }

  BigInteger balance() {
    return Answers.quantity(client.demand("eth_getBalance", account().hex(), "latest"));
  }

  @Override
  public long minedNonce(long block) {
    return count("0x" + Long.toHexString(block));
  }

  @Override
  public long pendingNonce() {
    return count("pending");
  }

  private long count(String block) {
    JsonNode count = client.demand("eth_getTransactionCount", account().hex(), block);
    return Answers.nonce(count);
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
  public SignedTransaction sign(LedgerCall call, long nonce, Fees fees) {
    return sign(Optional.of(call.to()), call.data(), BigInteger.valueOf(call.gas()), nonce, fees);
  }

  SignedTransaction sign(Optional<Address> to, Bytes data, BigInteger gas, long nonce, Fees fees) {
    return new TransactionFields(chain, nonce, fees, gas, to, data).sign(signer);
  }

  @Override
  public void send(SignedTransaction transaction) {
    try {
      client.demand("eth_sendRawTransaction", transaction.raw().hex());
    } catch (LedgerRejectedException refused) {
      if (!NodeErrors.isKnownTransaction(String.valueOf(refused.getMessage()))) {
        throw refused;
      }
    }
  }

  Optional<JsonNode> receipt(TransactionHash hash) {
    return client.ask("eth_getTransactionReceipt", hash.toString());
  }
}
