package org.fhiranchor.ledger;

import java.math.BigInteger;

/**
 * What a grantor signs to revoke through a relayer (CR-2).
 *
 * @param deadline last second, since 1970, at which the signature may be relayed; a uint256
 */
public record ConsentRevocation(ConsentId id, Address grantor, BigInteger deadline) {
  /** What the ledger keeps it under. */
  public ConsentKey key() {
    return new ConsentKey(grantor, id);
  }
}
