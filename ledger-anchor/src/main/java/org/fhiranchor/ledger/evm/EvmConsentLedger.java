package org.fhiranchor.ledger.evm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerConsents;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.merkle.Digest;

/** The ConsentRegistry contract (CONSENT.md section 1) over JSON-RPC. */
public final class EvmConsentLedger implements ConsentLedger {
  private static final ContractArtifact ARTIFACT = ContractArtifact.CONSENT_REGISTRY;
  private static final String MAGIC = "0x1626ba7e" + "0".repeat(56);

  private final EvmClient client;
  private final EvmBlocks blocks;
  private final ContractReader reader;
  private final Address relayer;
  private final ConsentDomain domain;

  /**
   * Asks nothing yet.
   *
   * @param relayer the account that pays for what patients sign
   */
  public EvmConsentLedger(EvmClient client, ConsentDomain domain, Address relayer) {
    this.client = client;
    this.blocks = new EvmBlocks(client);
    this.reader = new ContractReader(client);
    this.relayer = relayer;
    this.domain = domain;
  }

  @Override
  public ConsentDomain domain() {
    return domain;
  }

  @Override
  public List<ConsentChange> changes(long fromBlock, long toBlock) {
    return logs(fromBlock, toBlock, List.of());
  }

  @Override
  public List<ConsentChange.Revoked> revocations(long fromBlock, long toBlock) {
    return ConsentChange.revocations(logs(fromBlock, toBlock, List.of(ConsentLogs.REVOKED)));
  }

  private List<ConsentChange> logs(long fromBlock, long toBlock, List<String> topics) {
    if (fromBlock < 0 || toBlock < fromBlock || toBlock - fromBlock >= MAX_BLOCKS) {
      throw new IllegalArgumentException(
          "consent events: want 1 to " + MAX_BLOCKS + " blocks, got " + fromBlock + ".." + toBlock);
    }
    Map<String, Object> filter = new LinkedHashMap<>();
    filter.put("address", domain.contract().hex());
    filter.put("fromBlock", "0x" + Long.toHexString(fromBlock));
    filter.put("toBlock", "0x" + Long.toHexString(toBlock));
    if (!topics.isEmpty()) {
      filter.put("topics", topics);
    }
    List<ConsentChange> changes = new ArrayList<>();
    client
        .demand("eth_getLogs", filter)
        .forEach(
            log ->
                ConsentLogs.read(log, domain.contract(), fromBlock, toBlock)
                    .ifPresent(changes::add));
    changes.sort(Comparator.comparing(ConsentChange::number));
    return List.copyOf(changes);
  }

  @Override
  public long lastNumber(BlockRef at) {
    AbiCall call = AbiCall.of("lastNumber()");
    Bytes answer = reader.callOnChain(ARTIFACT, domain.contract(), call, at.hash());
    return Words.of(answer, 1, "number of the newest consent event").uint64(0);
  }

  @Override
  public LedgerConsents statesOf(BlockRef at, List<ConsentKey> keys) {
    if (keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException(
          "consent states: want at most " + MAX_KEYS + ", got " + keys.size());
    }
    AbiCall call =
        AbiCall.of("statesOf(address[],bytes32[])")
            .addressArray(keys.stream().map(ConsentKey::grantor).toList())
            .bytes32Array(keys.stream().map(key -> key.id().value()).toList());
    Bytes answer = reader.callOnChain(ARTIFACT, domain.contract(), call, at.hash());
    return ConsentStateWords.read(answer, keys);
  }

  @Override
  public Bytes grantHash(Digest termsHash, ConsentPeriod period) {
    return ConsentStateWords.grantHash(termsHash, period);
  }

  @Override
  public long firstBlock() {
    return new ContractHistory(reader, blocks).firstBlockOf(domain.contract());
  }

  @Override
  public LedgerConsent stateOf(ConsentKey key) {
    return ConsentStateReader.read(reader, domain.contract(), key);
  }

  @Override
  public boolean isSignedBy(Address signer, Digest digest, Bytes signature) {
    return reader.hasCode(signer)
        ? isSignedByContract(signer, digest, signature)
        : isSignedByAccount(signer, digest, signature)
            || (isSignedByPasskey(signer, digest, signature) && hasVerifier());
  }

  @Override
  public boolean isSignedByKey(Address signer, Digest digest, Bytes signature) {
    return isSignedByAccount(signer, digest, signature)
        || isSignedByPasskey(signer, digest, signature);
  }

  private static boolean isSignedByAccount(Address signer, Digest digest, Bytes signature) {
    return Signatures.signer(digest, signature).filter(signer::equals).isPresent();
  }

  private boolean isSignedByPasskey(Address signer, Digest digest, Bytes signature) {
    return PasskeySignature.signer(domain.contract(), digest, signature)
        .filter(signer::equals)
        .isPresent();
  }

  /** A registry of an earlier version has no verifier, and would refuse what is signed. */
  private boolean hasVerifier() {
    return reader.hasCode(PasskeySigner.verifierOf(domain.contract()));
  }

  private boolean isSignedByContract(Address wallet, Digest digest, Bytes signature) {
    AbiCall call = AbiCall.of("isValidSignature(bytes32,bytes)").bytes32(digest).bytes(signature);
    try {
      return reader.call(ARTIFACT, wallet, call).hex().equals(MAGIC);
    } catch (LedgerRejectedException refused) {
      if (refused.reason() == Reason.REVERTED) {
        return false;
      }
      throw refused;
    }
  }

  @Override
  public LedgerCall grant(ConsentGrant grant, Bytes signature) {
    LedgerCall call = ConsentCalls.grant(domain.contract(), grant, signature);
    long gas = reader.gas(ARTIFACT, relayer, to(), call.data());
    if (gas > LedgerCall.MAX_CONSENT_GAS) {
      throw new LedgerRejectedException(
          Reason.INVALID, "grant: want at most " + LedgerCall.MAX_CONSENT_GAS + " gas, got " + gas);
    }
    return call.withGas(gas);
  }

  @Override
  public LedgerCall revoke(ConsentRevocation revocation, Bytes signature) {
    return ConsentCalls.revocation(domain, revocation, signature);
  }

  private Optional<Address> to() {
    return Optional.of(domain.contract());
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
