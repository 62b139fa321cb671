package org.fhiranchor.merkle;

import java.util.Arrays;

/** A tile with its hashes. */
public final class Tile {
  private final TileId id;
  private final byte[] hashes;

  private Tile(TileId id, byte[] owned) {
    this.id = id;
    this.hashes = owned;
  }

  /**
   * Copies the hashes.
   *
   * @param hashes 32 bytes for each of {@code id.width()}
   * @throws ProofFormatException for any other length
   */
  public static Tile of(TileId id, byte[] hashes) {
    int want = id.width() * Digest.LENGTH;
    if (hashes.length != want) {
      throw new ProofFormatException(id.path() + ": want " + want + " bytes, got " + hashes.length);
    }
    return new Tile(id, hashes.clone());
  }

  /** Which tile this is. */
  public TileId id() {
    return id;
  }

  /** A copy of the hashes, one after the other, as they are served. */
  public byte[] bytes() {
    return hashes.clone();
  }

  /** Hash {@code i}, from 0. */
  public Digest hash(int i) {
    return Digest.read(hashes, i * Digest.LENGTH);
  }

  /** The hash over the {@code 2^height} hashes from {@code first} on. */
  Digest subtree(int first, int height) {
    if (height == 0) {
      return hash(first);
    }
    int half = 1 << (height - 1);
    return TreeHash.node(subtree(first, height - 1), subtree(first + half, height - 1));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tile that && id.equals(that.id) && Arrays.equals(hashes, that.hashes);
  }

  @Override
  public int hashCode() {
    return 31 * id.hashCode() + Arrays.hashCode(hashes);
  }

  @Override
  public String toString() {
    return id.path();
  }
}
