package org.fhiranchor.interceptors.log.anchoring;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.heads.PatientHeads;
import org.fhiranchor.ledger.anchoring.Checkpoints;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/** The local log as the anchorer sees it, where each anchored size ends with a heads leaf. */
public record HeadsCheckpoints(Checkpoints stored, PatientHeads heads) implements Checkpoints {
  @Override
  public Optional<Checkpoint> latest() {
    return stored.latest();
  }

  @Override
  public Optional<Checkpoint> toAnchor() {
    return heads.ended();
  }

  @Override
  public Digest rootAt(TreeSize size) {
    return stored.rootAt(size);
  }

  @Override
  public List<Digest> consistency(TreeSize from, TreeSize to) {
    return stored.consistency(from, to);
  }
}
