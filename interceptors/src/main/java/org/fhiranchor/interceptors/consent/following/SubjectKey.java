package org.fhiranchor.interceptors.consent.following;

import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;

/**
 * A key that speaks, or spoke, for a patient.
 *
 * @param sealed the key itself, encrypted, where the server keeps it; empty where its holder does
 * @param boundBlock the ledger's newest block when it was bound: grants after it count
 * @param removedBlock the ledger's newest block when it was removed: grants up to it count
 */
public record SubjectKey(
    Address address, Optional<Bytes> sealed, long boundBlock, Optional<Long> removedBlock) {
  /** Whether it was bound when a grant of this block was made. */
  public boolean wasBoundAt(long block) {
    return block > boundBlock && removedBlock.map(removed -> block <= removed).orElse(true);
  }

  /** Whether it is bound now. */
  public boolean isBound() {
    return removedBlock.isEmpty();
  }

  /** {@code server} or {@code holder}. */
  public String custody() {
    return sealed.isPresent() ? "server" : "holder";
  }
}
