package org.fhiranchor.interceptors.log;

import java.util.Collection;
import java.util.Optional;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.NodeSource;
import org.fhiranchor.merkle.ProofCheck;
import org.fhiranchor.merkle.ProofFormatException;
import org.fhiranchor.merkle.ProofResult;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeProofs;

/**
 * Holds the head in the database against all that vouches for it: the edge tiles, the newest
 * checkpoint's signature, and the largest head this node knows (CP-3). Nothing is signed before.
 */
public final class HeadConsistency {
  private final LogVerifierKey key;

  /** For the log of this key. */
  public HeadConsistency(LogVerifierKey key) {
    this.key = key;
  }

  /**
   * Checks the head that the log's row names.
   *
   * @param newest the stored checkpoint of the largest size
   * @param tiles those of the log; what is signed next must be made from the same bytes
   * @param known heads known from elsewhere
   * @throws CorruptLogException for the first thing that does not fit
   */
  public Checkpoint check(
      LogState state,
      Optional<SignedCheckpoint> newest,
      TileSource tiles,
      Collection<Checkpoint> known) {
    same("anchor_log, key", key.toString(), state.verifierKey());
    same("anchor_log, origin", key.name(), state.origin());
    Checkpoint head = new Checkpoint(key.name(), state.size(), state.root());
    signed(newest, head);
    NodeSource nodes = new TileNodes(head.size(), tiles);
    same("root of the edge tiles", head.root().hex(), root(head, nodes).hex());
    known.forEach(old -> extend(old, head, nodes));
    return head;
  }

  /** Checks that one head begins with another, by a proof from these nodes. */
  public void extend(Checkpoint old, Checkpoint head, NodeSource nodes) {
    if (old.size().value() > head.size().value()) {
      throw NewestHead.contradiction(old, head);
    }
    ProofResult result =
        ProofCheck.consistency(
            old.size(),
            old.root(),
            head.size(),
            head.root(),
            TreeProofs.consistency(old.size(), head.size(), nodes));
    if (result instanceof ProofResult.Invalid) {
      throw NewestHead.contradiction(old, head);
    }
  }

  private void signed(Optional<SignedCheckpoint> newest, Checkpoint head) {
    if (head.size().value() == 0) {
      same("root of the empty log", TreeHash.EMPTY.hex(), head.root().hex());
      same("newest checkpoint", "none", newest.map(SignedCheckpoint::note).orElse("none"));
      return;
    }
    SignedCheckpoint found =
        newest.orElseThrow(
            () ->
                new CorruptLogException(
                    "newest checkpoint: want one of %s leaves, got none".formatted(head.size())));
    if (found.verify(key) instanceof SignedCheckpoint.Opened.Refused refused) {
      throw new CorruptLogException("newest checkpoint: " + refused.reason());
    }
    same("newest checkpoint, size", head.size().toString(), found.checkpoint().size().toString());
    same("newest checkpoint, root", head.root().hex(), found.checkpoint().root().hex());
  }

  private static Digest root(Checkpoint head, NodeSource nodes) {
    try {
      return TreeProofs.root(head.size(), nodes);
    } catch (ProofFormatException | IllegalArgumentException wrong) {
      throw new CorruptLogException("edge tiles: not those of the head", wrong);
    }
  }

  private static void same(String what, String want, String got) {
    if (!want.equals(got)) {
      throw new CorruptLogException("%s: want %s, got %s".formatted(what, want, got));
    }
  }
}
