package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.Inclusion;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.Digest;

/** The ConsentRegistry contract (CONSENT.md section 1) over JSON-RPC. */
public final class EvmConsentLedger implements ConsentLedger {
  private static final ContractArtifact ARTIFACT = ContractArtifact.CONSENT_REGISTRY;
  private static final String MAGIC = "0x1626ba7e" + "0".repeat(56);

  private final EvmClient client;
  private final EvmBlocks blocks;
  private final EvmAccount account;
  private final Relay relay;
  private final ConsentDomain domain;

  /**
   * Asks nothing yet.
   *
   * @param relayer pays for what patients sign; an account of its own, so that neither relaying nor
   *     anchoring waits for the other
   */
  public EvmConsentLedger(
      EvmClient client, ConsentDomain domain, TransactionSigner relayer, FeePolicy fees) {
    this.client = client;
    this.blocks = new EvmBlocks(client);
    this.account = new EvmAccount(client, relayer, fees);
    this.relay = new Relay(account, ARTIFACT, domain.contract());
    this.domain = domain;
  }

  @Override
  public ConsentDomain domain() {
    return domain;
  }

  @Override
  public List<ConsentChange> changes(long fromBlock, long toBlock) {
    if (fromBlock < 0 || toBlock < fromBlock || toBlock - fromBlock >= MAX_BLOCKS) {
      throw new IllegalArgumentException(
          "consent events: want 1 to " + MAX_BLOCKS + " blocks, got " + fromBlock + ".." + toBlock);
    }
    JsonNode logs =
        client.demand(
            "eth_getLogs",
            Map.of(
                "address", domain.contract().hex(),
                "fromBlock", "0x" + Long.toHexString(fromBlock),
                "toBlock", "0x" + Long.toHexString(toBlock)));
    List<ConsentChange> changes = new ArrayList<>();
    logs.forEach(log -> ConsentLogs.read(log).ifPresent(changes::add));
    return List.copyOf(changes);
  }

  @Override
  public LedgerConsent stateOf(ConsentKey key) {
    AbiCall call =
        AbiCall.of("stateOf(address,bytes32)").address(key.grantor()).bytes32(key.id().value());
    Words words =
        Words.of(account.call(ARTIFACT, domain.contract(), call), 3, "state of " + key.id());
    long block = words.uint64(1);
    return new LedgerConsent(
        status(words.uint64(0)), block == 0 ? Optional.empty() : Optional.of(block));
  }

  private static LedgerConsent.Status status(long state) {
    if (state == 0) {
      return LedgerConsent.Status.NONE;
    }
    if (state == 1) {
      return LedgerConsent.Status.GRANTED;
    }
    if (state == 2) {
      return LedgerConsent.Status.REVOKED;
    }
    throw new LedgerUnavailableException("consent state: want 0 to 2, got " + state);
  }

  @Override
  public boolean isGranted(ConsentKey key, Digest termsHash, ConsentPeriod period) {
    AbiCall call =
        AbiCall.of("isGranted(address,bytes32,bytes32,uint64,uint64)")
            .address(key.grantor())
            .bytes32(key.id().value())
            .bytes32(termsHash)
            .uint(period.notBeforeSeconds())
            .uint(period.notAfterSeconds());
    Bytes answer = account.call(ARTIFACT, domain.contract(), call);
    return Words.of(answer, 1, "grant of " + key.id()).uint64(0) == 1;
  }

  @Override
  public boolean isSignedBy(Address signer, Digest digest, Bytes signature) {
    return Signatures.signer(digest, signature).filter(signer::equals).isPresent()
        || isSignedByContract(signer, digest, signature);
  }

  private boolean isSignedByContract(Address wallet, Digest digest, Bytes signature) {
    AbiCall call = AbiCall.of("isValidSignature(bytes32,bytes)").bytes32(digest).bytes(signature);
    try {
      return account.call(ARTIFACT, wallet, call).hex().equals(MAGIC);
    } catch (LedgerRejectedException refused) {
      if (refused.reason() == Reason.REVERTED) {
        return false;
      }
      throw refused;
    }
  }

  @Override
  public TransactionHash grant(ConsentGrant grant, Bytes signature) {
    return relay.send(
        AbiCall.of("grant((bytes32,bytes32,address,uint64,uint64,uint256),bytes)")
            .bytes32(grant.id().value())
            .bytes32(grant.termsHash())
            .address(grant.grantor())
            .uint(grant.period().notBeforeSeconds())
            .uint(grant.period().notAfterSeconds())
            .uint(grant.deadline())
            .bytes(signature));
  }

  @Override
  public TransactionHash revoke(ConsentRevocation revocation, Bytes signature) {
    return relay.send(
        AbiCall.of("revokeBySignature((bytes32,address,uint256),bytes)")
            .bytes32(revocation.id().value())
            .address(revocation.grantor())
            .uint(revocation.deadline())
            .bytes(signature));
  }

  @Override
  public Optional<Inclusion> inclusion(TransactionHash transaction) {
    return account.inclusion(transaction);
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
}
