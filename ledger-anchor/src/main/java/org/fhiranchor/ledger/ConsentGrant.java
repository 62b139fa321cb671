package org.fhiranchor.ledger;

import java.math.BigInteger;
import org.fhiranchor.merkle.Digest;

/**
 * What a grantor signs to grant (CR-2).
 *
 * @param deadline last second, since 1970, at which the signature may be relayed; a uint256
 */
public record ConsentGrant(
    ConsentId id, Digest termsHash, Address grantor, ConsentPeriod period, BigInteger deadline) {
  /** What the ledger keeps it under. */
  public ConsentKey key() {
    return new ConsentKey(grantor, id);
  }
}
