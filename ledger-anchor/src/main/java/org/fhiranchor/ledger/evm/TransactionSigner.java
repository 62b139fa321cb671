package org.fhiranchor.ledger.evm;

import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Who holds the key of the account that anchors and pays.
 *
 * <p>The key may be in another process; then signing can fail with {@link
 * LedgerUnavailableException}. Signing the same bytes twice is harmless. Threads: any number.
 */
public interface TransactionSigner {
  /** The account whose key signs. Asks nobody. */
  Address address();

  /**
   * Signs Keccak-256 of the bytes (ECDSA on secp256k1).
   *
   * @param payload a transaction's unsigned form
   * @return 65 bytes: r, s, and v as 27 or 28
   */
  Bytes sign(Bytes payload);
}
