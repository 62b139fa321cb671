package org.fhiranchor.ledger.consent;

import java.util.Optional;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.merkle.Digest;

/**
 * A consent that somebody here may need: its id was given to a stored Consent, and its grantor is a
 * key of that Consent's patient.
 *
 * @param record what is known of it
 * @param prepared what was last handed out for signing, when its grantor was to sign it
 */
public record LinkedConsent(
    ConsentKey key, Optional<ConsentRecord> record, Optional<Terms> prepared) {
  /** What a grant says. */
  public record Terms(Digest termsHash, ConsentPeriod period) {}

  /** Whether a revocation was ever heard of. */
  boolean isRevoked() {
    return record.filter(ConsentRecord::revoked).isPresent();
  }

  Optional<ConsentRecord.Grant> grant() {
    return record.flatMap(ConsentRecord::grant);
  }
}
