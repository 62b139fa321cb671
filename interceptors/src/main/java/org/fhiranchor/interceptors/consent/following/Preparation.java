package org.fhiranchor.interceptors.consent.following;

import java.math.BigInteger;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.merkle.Digest;

/**
 * What was last handed out for signing.
 *
 * @param deadline last second, since 1970, at which a signature over it may be relayed
 */
public record Preparation(Address grantor, Digest termsHash, ConsentPeriod period, long deadline) {
  /** The grant to sign. */
  public ConsentGrant grant(ConsentId id) {
    return new ConsentGrant(id, termsHash, grantor, period, BigInteger.valueOf(deadline));
  }

  /** The revocation to sign. */
  public ConsentRevocation revocation(ConsentId id) {
    return new ConsentRevocation(id, grantor, BigInteger.valueOf(deadline));
  }

  /** Whether signing the one is signing the other, but for the deadline. */
  public boolean saysTheSameAs(Preparation other) {
    return grantor.equals(other.grantor)
        && termsHash.equals(other.termsHash)
        && period.equals(other.period);
  }
}
