package org.fhiranchor.interceptors.disclosure;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import org.fhiranchor.merkle.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A key for each subject there may be, all from one seed, of which single ones can be destroyed
 * (the tree of Goldreich, Goldwasser and Micali). The seed of a node gives the seeds of its two
 * children, as SHA-256 of it and one byte; the first 80 bits of a subject's tag lead to its key. To
 * destroy a key, the seed above it is replaced by the seeds beside its path: from these all other
 * keys follow, and that one does not. A secret; never changes.
 */
public final class KeyTree {
  /** Bits of a tag that lead to its key, as in the map of heads. */
  public static final int DEPTH = 80;

  /** Bytes of a seed, and of a key. */
  public static final int SEED = 32;

  /** Nothing is derived from it. */
  public static final KeyTree NOTHING = new KeyTree(null, null, null);

  private final byte @Nullable [] seed;
  private final @Nullable KeyTree zero;
  private final @Nullable KeyTree one;

  private KeyTree(byte @Nullable [] seed, @Nullable KeyTree zero, @Nullable KeyTree one) {
    this.seed = seed;
    this.zero = zero;
    this.one = one;
  }

  /** All keys, from this seed. */
  public static KeyTree of(byte[] seed) {
    return new KeyTree(seed.clone(), null, null);
  }

  private static int bit(byte[] path, int depth) {
    return (path[depth >> 3] >> (7 - (depth & 7))) & 1;
  }

  /** The path with one bit turned. */
  private static byte[] beside(byte[] path, int depth) {
    byte[] turned = path.clone();
    turned[depth >> 3] ^= (byte) (1 << (7 - (depth & 7)));
    return turned;
  }

  private static byte[] child(MessageDigest sha256, byte[] seed, int bit) {
    sha256.update(seed);
    sha256.update((byte) bit);
    return sha256.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Above(int depth, byte[] seed) {}

  /** The seed that the key of a path follows from. */
  private Optional<Above> above(byte[] path) {
    KeyTree at = this;
    int depth = 0;
    while (at.seed == null) {
      KeyTree next = bit(path, depth) == 0 ? at.zero : at.one;
      if (next == null) {
        return Optional.empty();
      }
      at = next;
      depth++;
    }
    return Optional.of(new Above(depth, at.seed));
  }

  /** The key of a subject; empty where it was destroyed. */
  public Optional<byte[]> key(Digest subject) {
    byte[] path = subject.bytes();
    return above(path).map(above -> down(above, path));
  }

  private static byte[] down(Above above, byte[] path) {
    MessageDigest sha256 = sha256();
    byte[] seed = above.seed();
    for (int depth = above.depth(); depth < DEPTH; depth++) {
      seed = child(sha256, seed, bit(path, depth));
    }
    return seed;
  }

  /**
   * What takes the place of a seed whose one key is destroyed.
   *
   * @param depth of that seed
   * @param seeds beside the path to the key, of the depths after it, one after the other; zeros for
   *     one that was replaced itself
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Beside(int depth, byte[] seeds) {
    /** The same without the seed at a depth, which was replaced. */
    public Beside without(int at) {
      byte[] left = seeds.clone();
      Arrays.fill(left, (at - depth - 1) * SEED, (at - depth) * SEED, (byte) 0);
      return new Beside(depth, left);
    }
  }

  /** What is left of the seed above this subject's key without it; empty where it is destroyed. */
  public Optional<Beside> beside(Digest subject) {
    byte[] path = subject.bytes();
    return above(path)
        .map(
            above -> {
              ByteArrayOutputStream seeds = new ByteArrayOutputStream();
              MessageDigest sha256 = sha256();
              byte[] seed = above.seed();
              for (int depth = above.depth(); depth < DEPTH; depth++) {
                seeds.writeBytes(child(sha256, seed, 1 - bit(path, depth)));
                seed = child(sha256, seed, bit(path, depth));
              }
              return new Beside(above.depth(), seeds.toByteArray());
            });
  }

  /** How many bits two tags begin with alike, at most {@link #DEPTH}. */
  public static int alike(Digest one, Digest other) {
    byte[] path = one.bytes();
    byte[] with = other.bytes();
    int depth = 0;
    while (depth < DEPTH && bit(path, depth) == bit(with, depth)) {
      depth++;
    }
    return depth;
  }

  /** Without the key of this subject. */
  public KeyTree without(Digest subject) {
    return beside(subject)
        .map(left -> put(this, subject.bytes(), 0, left.depth(), NOTHING).with(subject, left))
        .orElse(this);
  }

  /** With what is left beside the path of a subject whose key is destroyed. */
  public KeyTree with(Digest subject, Beside left) {
    byte[] path = subject.bytes();
    KeyTree tree = this;
    for (int at = 0; at < DEPTH - left.depth(); at++) {
      byte[] next = Arrays.copyOfRange(left.seeds(), at * SEED, (at + 1) * SEED);
      if (!Arrays.equals(next, new byte[SEED])) {
        int depth = left.depth() + at;
        tree = put(tree, beside(path, depth), 0, depth + 1, of(next));
      }
    }
    return tree;
  }

  private static KeyTree put(@Nullable KeyTree into, byte[] path, int at, int depth, KeyTree node) {
    if (at == depth) {
      return node;
    }
    KeyTree zero = into == null ? null : into.zero;
    KeyTree one = into == null ? null : into.one;
    return bit(path, at) == 0
        ? new KeyTree(null, put(zero, path, at + 1, depth, node), one)
        : new KeyTree(null, zero, put(one, path, at + 1, depth, node));
  }

  @Override
  public String toString() {
    return "KeyTree[not shown]";
  }
}
