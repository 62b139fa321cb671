package org.fhiranchor.ledger.anchoring;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.evm.TestTree;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/** A local log that grows and shrinks as a test says. */
final class TestLog implements Checkpoints {
  private final String origin;
  private final TestTree tree;
  private volatile long size;

  TestLog(String origin, TestTree tree) {
    this.origin = origin;
    this.tree = tree;
  }

  void size(long leaves) {
    size = leaves;
  }

  @Override
  public Optional<Checkpoint> latest() {
    return size == 0
        ? Optional.empty()
        : Optional.of(new Checkpoint(origin, new TreeSize(size), tree.root(size)));
  }

  @Override
  public Digest rootAt(TreeSize at) {
    return tree.root(at.value());
  }

  @Override
  public List<Digest> consistency(TreeSize from, TreeSize to) {
    return tree.consistency(from, to);
  }
}
