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
   * The registry's events from one block to another, both included, in the order they took effect.
   *
   * @throws IllegalArgumentException for an empty range, or more than {@link #MAX_BLOCKS} blocks
   */
  List<ConsentChange> changes(long fromBlock, long toBlock);

  /** The state at the latest block. */
  LedgerConsent stateOf(ConsentKey key);

  /**
   * Whether it is granted with exactly these terms and times, and not revoked, at the latest block.
   */
  boolean isGranted(ConsentKey key, Digest termsHash, ConsentPeriod period);

  /**
   * Whether the address signed the digest: by its key, or as a contract that says so (ERC-1271).
   */
  boolean isSignedBy(Address signer, Digest digest, Bytes signature);

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
