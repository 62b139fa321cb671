package org.fhiranchor.interceptors.log.anchoring;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.ledger.anchoring.Checkpoints;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TreeProofs;
import org.fhiranchor.merkle.TreeSize;

/** The local log as the anchorer sees it. */
public record StoredCheckpoints(LogStore store) implements Checkpoints {
  @Override
  public Optional<Checkpoint> latest() {
    return store.latestCheckpoint().map(SignedCheckpoint::checkpoint);
  }

  @Override
  public Digest rootAt(TreeSize size) {
    return TreeProofs.root(size, new TileNodes(store.state().size(), store.tiles()));
  }

  @Override
  public List<Digest> consistency(TreeSize from, TreeSize to) {
    return TreeProofs.consistency(from, to, new TileNodes(to, store.tiles()));
  }
}
