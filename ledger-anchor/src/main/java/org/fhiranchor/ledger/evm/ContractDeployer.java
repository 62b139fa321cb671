package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogVerifierKey;
import org.web3j.crypto.Hash;

/**
 * Sets a ledger up: puts our contracts on it and registers logs. Each method sends one transaction
 * and waits until it is mined, up to the limit, asking again where no answer comes; interrupted, it
 * may have taken effect. {@link #register} may be repeated; deploying again makes a second
 * contract.
 *
 * <p>Threads: one.
 */
public final class ContractDeployer {
  private final EvmClient client;
  private final EvmAccount account;
  private final ContractReader reader;
  private final Duration limit;
  private final InstantSource clock;

  /** Past what was mined for us: a node that lags would say an earlier one. */
  private long leastNonce;

  /**
   * Asks nothing yet.
   *
   * @param chain nothing is signed for another
   * @param limit how long a look, or a transaction until it is mined, may take
   */
  public ContractDeployer(
      EvmClient client,
      ChainId chain,
      TransactionSigner signer,
      FeePolicy fees,
      Duration limit,
      InstantSource clock) {
    this.client = client;
    this.account = new EvmAccount(client, chain, signer, fees);
    this.reader = new ContractReader(client);
    this.limit = limit;
    this.clock = clock;
  }

  /** Deploys AnchorRegistry. */
  public Address deployAnchorRegistry() {
    return deploy(ContractArtifact.ANCHOR_REGISTRY);
  }

  /** Deploys ConsentRegistry. */
  public Address deployConsentRegistry() {
    return deploy(ContractArtifact.CONSENT_REGISTRY);
  }

  private Address deploy(ContractArtifact artifact) {
    JsonNode receipt =
        execute(artifact, Optional.empty(), artifact.bytecode(), patience(), () -> false);
    return Address.parse(receipt.path("contractAddress").asText());
  }

  /** Whether the account's chain has any code at this address. */
  public boolean hasCode(Address contract) {
    return patience().answer(() -> reader.hasCode(contract));
  }

  /** Whether a consent contract is of the version that numbers its events (FOL-7). */
  boolean isNumbered(Address contract) {
    return patience().answer(() -> NumberedContract.is(reader, contract));
  }

  /** The newest block: what is deployed from now on is in a later one. */
  long latestBlock() {
    return new EvmBlocks(client).latest().number();
  }

  /**
   * Registers a log with the account as its owner; a log that is registered already stays as it is.
   *
   * @return its name on this and every other ledger
   */
  public LogId register(Address registry, LogVerifierKey key) {
    LogId logId = logId(account.account(), key);
    Patience patience = patience();
    if (patience.answer(() -> identity(registry, logId)).isPresent()) {
      return logId;
    }
    AbiCall call =
        AbiCall.of("register(string,bytes)").string(key.name()).bytes(Bytes.of(key.bytes()));
    try {
      execute(
          ContractArtifact.ANCHOR_REGISTRY,
          Optional.of(registry),
          call.data(),
          patience,
          () -> identity(registry, logId).isPresent());
    } catch (LedgerRejectedException refused) {
      requireRegisteredByAnother(registry, logId, refused, patience);
    }
    return logId;
  }

  /** Nodes of one log that start together all register it, with one account. */
  private void requireRegisteredByAnother(
      Address registry, LogId logId, LedgerRejectedException refused, Patience patience) {
    boolean waitsAtOurNonce = refused.reason() == LedgerRejectedException.Reason.UNDERPRICED;
    Optional<Digest> found =
        waitsAtOurNonce
            ? Optional.of(
                patience.present(
                    () -> identity(registry, logId), () -> String.valueOf(refused.getMessage())))
            : patience.answer(() -> identity(registry, logId));
    if (found.isEmpty()) {
      throw refused;
    }
  }

  private Optional<Digest> identity(Address registry, LogId logId) {
    AbiCall call = AbiCall.of("identity(bytes32)").bytes32(logId.value());
    Bytes answer = reader.call(ContractArtifact.ANCHOR_REGISTRY, registry, call);
    Digest identity = Words.of(answer, 1, "identity of " + logId).digest(0);
    return Optional.of(identity).filter(found -> !found.equals(Digest.of(new byte[32])));
  }

  /** AR-1: keccak256(abi.encode(owner, origin, verifierKey)). */
  public static LogId logId(Address owner, LogVerifierKey key) {
    AbiCall call = AbiCall.of("()").address(owner).string(key.name()).bytes(Bytes.of(key.bytes()));
    byte[] encoded = call.data().toArray();
    byte[] arguments = Arrays.copyOfRange(encoded, 4, encoded.length);
    return new LogId(Digest.of(Hash.sha3(arguments)));
  }

  private Patience patience() {
    return Patience.of(limit, clock);
  }

  /**
   * Has a transaction mined.
   *
   * @param isDone whether what it is for is there without it; asked once its nonce is taken
   * @return its receipt; a missing node when it is done without it
   */
  private JsonNode execute(
      ContractArtifact artifact,
      Optional<Address> to,
      Bytes data,
      Patience patience,
      BooleanSupplier isDone) {
    SignedTransaction transaction = patience.answer(() -> signed(artifact, to, data));
    // The same bytes again, where no answer came: they have one nonce, and take effect once.
    Optional<LedgerRejectedException> refused = patience.answer(() -> sent(transaction));
    BooleanSupplier isNeedless = () -> refused.isPresent() && isDone.getAsBoolean();
    JsonNode receipt =
        patience
            .presentInTime(() -> receipt(transaction, isNeedless))
            .orElseThrow(() -> refused.isPresent() ? refused.get() : late(transaction));
    leastNonce = transaction.nonce() + 1;
    if (!receipt.isMissingNode() && !Answers.inclusion(receipt).succeeded()) {
      throw new LedgerRejectedException(
          LedgerRejectedException.Reason.REVERTED,
          artifact.contract() + ": transaction " + transaction.hash() + " failed on the ledger");
    }
    return receipt;
  }

  private Optional<JsonNode> receipt(SignedTransaction transaction, BooleanSupplier isNeedless) {
    Optional<JsonNode> receipt = account.receipt(transaction.hash());
    return receipt.isEmpty() && isNeedless.getAsBoolean()
        ? Optional.of(MissingNode.getInstance())
        : receipt;
  }

  private LedgerUnavailableException late(SignedTransaction transaction) {
    return new LedgerUnavailableException(
        "transaction "
            + transaction.hash()
            + ": not mined within "
            + limit
            + "; it may still be, so look before you repeat");
  }

  private SignedTransaction signed(ContractArtifact artifact, Optional<Address> to, Bytes data) {
    return account.sign(
        to,
        data,
        BigInteger.valueOf(reader.gas(artifact, account.account(), to, data)),
        Math.max(leastNonce, account.pendingNonce()),
        account.fees());
  }

  /**
   * Empty when the node takes it. Else a refusal because something is mined at its nonce: this very
   * transaction, where an answer was lost; a node that lags does not show its receipt yet.
   */
  private Optional<LedgerRejectedException> sent(SignedTransaction transaction) {
    try {
      account.send(transaction);
      return Optional.empty();
    } catch (LedgerRejectedException refused) {
      if (refused.reason() != LedgerRejectedException.Reason.NONCE_TOO_LOW) {
        throw refused;
      }
      return Optional.of(refused);
    }
  }
}
