package org.fhiranchor.interceptors.log.serving;

import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.ProofFile;

/** Asks the ledger what it knows about a proof's anchor. */
@FunctionalInterface
public interface LedgerEvidence {
  /** Never throws for a ledger that does not answer: that is {@code Unavailable}. */
  HeadEvidence of(ProofFile proof);
}
