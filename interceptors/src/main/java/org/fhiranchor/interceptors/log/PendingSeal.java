package org.fhiranchor.interceptors.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.SealKey;

/**
 * Seals the rows that wait for their place (FOL-3). Every node of the log has its signing key, and
 * so this one; whoever has only the database has neither.
 */
public final class PendingSeal {
  private final SealKey key;

  /** Seals of this key's log. */
  public PendingSeal(LogSigningKey key) {
    this.key = key.sealKey("anchor_pending");
  }

  /** The seal over all that the leaf will commit to. */
  public byte[] of(PendingLeaf leaf) {
    return key.seal(parts(leaf)).bytes();
  }

  /** Whether this server wrote the leaf, and nobody changed it since. */
  public boolean fits(byte[] seal, PendingLeaf leaf) {
    return key.fits(seal, parts(leaf));
  }

  private static byte[][] parts(PendingLeaf leaf) {
    return new byte[][] {
      leaf.statement().canonicalBytes(), leaf.salt().bytes(), leaf.record().getBytes(UTF_8)
    };
  }
}
