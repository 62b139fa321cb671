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
  private volatile Optional<Long> ended = Optional.empty();

  TestLog(String origin, TestTree tree) {
    this.origin = origin;
    this.tree = tree;
  }

  void size(long leaves) {
    size = leaves;
  }

  /** What is anchored next, instead of the latest one: 0 for none just now. */
  void end(long leaves) {
    ended = Optional.of(leaves);
  }

  @Override
  public Optional<Checkpoint> latest() {
    return at(size);
  }

  @Override
  public Optional<Checkpoint> toAnchor() {
    return at(ended.orElse(size));
  }

  private Optional<Checkpoint> at(long leaves) {
    return leaves == 0
        ? Optional.empty()
        : Optional.of(new Checkpoint(origin, new TreeSize(leaves), tree.root(leaves)));
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
