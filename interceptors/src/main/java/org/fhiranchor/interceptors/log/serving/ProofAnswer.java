package org.fhiranchor.interceptors.log.serving;

import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.ProofFile;

/** What the log has to say about one version. */
public sealed interface ProofAnswer {
  /** It is in the tree. */
  record Ready(SequencedLeaf leaf, ProofFile proof) implements ProofAnswer {}

  /** It waits for the sequencer. */
  record Pending() implements ProofAnswer {}

  /** The log never heard of it: it is older than the extension, or does not exist. */
  record NotRecorded() implements ProofAnswer {}

  /** The log gives no proofs now. */
  record Refused(String reason) implements ProofAnswer {}
}
