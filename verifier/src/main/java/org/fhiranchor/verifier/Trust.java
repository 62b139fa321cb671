package org.fhiranchor.verifier;

import java.net.URI;
import java.util.Optional;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LogVerifierKey;

/**
 * What the caller believes without proof.
 *
 * @param pinned a head known from elsewhere; it goes before the ledger
 * @param json whether to answer in JSON
 */
record Trust(
    LogVerifierKey key,
    Optional<Ledger> ledger,
    Optional<HeadEvidence.Pinned> pinned,
    boolean json) {

  /**
   * A ledger node and the contract on it.
   *
   * @param contract address in lower case
   * @param logId which log in it; without one, the proof file's is taken
   */
  record Ledger(URI rpc, String contract, Optional<Digest> logId) {}
}
