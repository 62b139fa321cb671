package org.fhiranchor.ledger.anchoring;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/**
 * The local log, as far as anchoring looks at it. What it says is signed and durable: it never
 * takes a size back, nor answers differently for a size it had. Threads: any number.
 */
public interface Checkpoints {
  /** The latest signed checkpoint; empty for a log without leaves. */
  Optional<Checkpoint> latest();

  /**
   * The head that is to be anchored next: the latest one, or one that was made for it.
   *
   * @return empty when there is none just now; to be asked again
   */
  default Optional<Checkpoint> toAnchor() {
    return latest();
  }

  /** The root that the tree had at a size up to the latest checkpoint's. */
  Digest rootAt(TreeSize size);

  /** RFC 9162 section 2.1.4, for 0 &lt; from &lt; to, up to the latest checkpoint's size. */
  List<Digest> consistency(TreeSize from, TreeSize to);
}
