package org.fhiranchor.ledger.evm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.NodeSource;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeProofs;
import org.fhiranchor.merkle.TreeSize;

/** A tree of seeded leaves that can be looked at in every size up to its number of leaves. */
public final class TestTree {
  private final List<Digest> leaves = new ArrayList<>();

  public TestTree(long seed, int size) {
    Random random = new Random(seed);
    for (int i = 0; i < size; i++) {
      byte[] entry = new byte[33];
      random.nextBytes(entry);
      leaves.add(TreeHash.leaf(entry));
    }
  }

  /** A log's public key that only stands for a name. */
  public static LogVerifierKey key(String origin) {
    return new LogVerifierKey(
        origin, Digest.sha256(origin.getBytes(StandardCharsets.UTF_8)).bytes());
  }

  private NodeSource nodes() {
    return this::node;
  }

  private Digest node(int level, long index) {
    return level == 0
        ? leaves.get(Math.toIntExact(index))
        : TreeHash.node(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
  }

  public Digest root(long size) {
    return TreeProofs.root(new TreeSize(size), nodes());
  }

  public List<Digest> consistency(TreeSize from, TreeSize to) {
    return from.value() == 0 ? List.of() : TreeProofs.consistency(from, to, nodes());
  }

  public AnchorCall call(LogId logId, long from, long to) {
    TreeSize old = new TreeSize(from);
    TreeSize size = new TreeSize(to);
    return new AnchorCall(logId, old, size, root(to), consistency(old, size));
  }
}
