package org.fhiranchor.ledger;

import java.util.List;
import org.fhiranchor.merkle.Digest;

/**
 * A ledger that keeps which consents were granted and revoked, by nobody but their grantors.
 *
 * <p><b>Durability, order, threads</b> as for {@link AnchorLedger}: what is read may be undone by a
 * reorganisation until it is final.
 *
 * <p><b>Repeating.</b> Everything may be called again; nothing here sends a transaction.
 *
 * <p>Every method that asks the ledger throws {@link LedgerUnavailableException} when there is no
 * answer (nothing is known of the effect), and {@link LedgerRejectedException} when the answer is
 * no.
 */
public interface ConsentLedger extends LedgerBlocks {
  /** Most blocks to ask for in one go. */
  int MAX_BLOCKS = 10_000;

  /** What to sign for. Does not ask the ledger. */
  ConsentDomain domain();

  /**
   * Whether its answers are joined from those of several nodes, which may contradict each other.
   */
  default boolean isOfSeveralNodes() {
    return false;
  }

  /** Most consents in one question. */
  int MAX_KEYS = 500;

  /**
   * The registry's events from one block to another, both included: of this contract, not taken
   * back, inside the range, in the order of their numbers. That none is left out, and that their
   * blocks are on the chain, is for the caller to check.
   *
   * @throws IllegalArgumentException for an empty range, or more than {@link #MAX_BLOCKS} blocks
   */
  List<ConsentChange> changes(long fromBlock, long toBlock);

  /**
   * The revocations alone of {@link #changes}, where the node picks them: what strangers granted is
   * then no part of the answer (FOL-1).
   *
   * @throws IllegalArgumentException as for {@link #changes}
   */
  default List<ConsentChange.Revoked> revocations(long fromBlock, long toBlock) {
    return ConsentChange.revocations(changes(fromBlock, toBlock));
  }

  /**
   * Revocations that some node shows in blocks past {@link #latest}, where several are asked: one
   * node's word is enough for them (FOL-6).
   */
  default List<ConsentChange.Revoked> revocationsPast(Block latest) {
    return List.of();
  }

  /**
   * The number of the registry's newest event at this very block (EIP-1898); 0 before the first.
   */
  long lastNumber(BlockRef at);

  /**
   * The states at this very block (EIP-1898).
   *
   * @throws IllegalArgumentException for more than {@link #MAX_KEYS}
   */
  LedgerConsents statesOf(BlockRef at, List<ConsentKey> keys);

  /** What the contract keeps of a grant's terms and period. Does not ask the ledger. */
  Bytes grantHash(Digest termsHash, ConsentPeriod period);

  /**
   * The first block that has the contract, found by asking for its code.
   *
   * @throws LedgerUnavailableException naming the setting, where the node has no history to search
   */
  long firstBlock();

  /** The state at the latest block. */
  LedgerConsent stateOf(ConsentKey key);

  /**
   * Whether the address signed the digest: by its key, or as a contract that says so (ERC-1271).
   */
  boolean isSignedBy(Address signer, Digest digest, Bytes signature);

  /**
   * Whether the address's own key, or the passkey that it stands for, signed the digest; never true
   * for what a contract would say. Does not ask the ledger.
   */
  boolean isSignedByKey(Address signer, Digest digest, Bytes signature);

  /**
   * The call that relays a signed grant; sends nothing.
   *
   * @throws LedgerRejectedException {@code REVERTED} when the contract would refuse it now: signed
   *     by someone else, expired, or not new
   */
  LedgerCall grant(ConsentGrant grant, Bytes signature);

  /** The call that relays a signed revocation; sends nothing and asks nobody. */
  LedgerCall revoke(ConsentRevocation revocation, Bytes signature);
}
