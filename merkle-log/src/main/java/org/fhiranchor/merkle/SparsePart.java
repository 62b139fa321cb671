package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stored part of a {@link SparseMap}: the subtree between two depths, as what it holds at the
 * lower one. Beside each hash stands the same hash lifted to where it meets its neighbour, so that
 * a change costs what changes. Not for several threads at once.
 */
final class SparsePart {
  private static final int MOST = 1 << 20;

  private final int top;
  private final int bottom;
  private final List<Held> sorted;

  /** What one place at the lower depth holds, and its hash seen from {@code depth}. */
  private static final class Held {
    private final byte[] path;
    private final Digest hash;
    private final int bottom;
    private int depth;
    private Digest lifted;

    Held(byte[] path, Digest hash, int bottom, int depth, Digest lifted) {
      this.path = path;
      this.hash = hash;
      this.bottom = bottom;
      this.depth = depth;
      this.lifted = lifted;
    }

    /** Only what it is lifted to is proven from above: the hash itself must lead there. */
    void requireWhole() {
      if (!SparseMap.lift(hash, path, bottom, depth).equals(lifted)) {
        throw new ProofFormatException("map of heads: a place was changed");
      }
    }

    /** Seen from another depth. What was stored is held against it where it can be. */
    Digest at(int wanted) {
      if (wanted > depth) {
        Digest lower = SparseMap.lift(hash, path, bottom, wanted);
        if (!SparseMap.lift(lower, path, wanted, depth).equals(lifted)) {
          throw new ProofFormatException("map of heads: a place was changed");
        }
        lifted = lower;
      } else {
        lifted = SparseMap.lift(lifted, path, depth, wanted);
      }
      depth = wanted;
      return lifted;
    }
  }

  /** Told each neighbour on the way down that is not empty. */
  interface Neighbours {
    void add(int depth, Digest sibling);
  }

  private SparsePart(int top, int bottom, List<Held> sorted) {
    this.top = top;
    this.bottom = bottom;
    this.sorted = sorted;
  }

  /** The first bytes of a tag that lead to this child of a part of that level. */
  static Digest place(int child, int level) {
    byte[] path = new byte[Digest.LENGTH];
    for (int i = level; i >= 0; i--) {
      path[i] = (byte) (child >>> (8 * (level - i)));
    }
    return Digest.of(path);
  }

  /**
   * Reads a part.
   *
   * @param index the bits of a tag that lead to it
   * @throws ProofFormatException for bytes of another shape
   */
  static SparsePart parse(int index, int top, int bottom, byte[] bytes) {
    int pathLength = bottom / 8;
    int each = pathLength + 1 + 2 * Digest.LENGTH;
    if (bytes.length % each != 0 || bytes.length / each > MOST) {
      throw new ProofFormatException("map of heads: a part of " + bytes.length + " bytes");
    }
    List<Held> held = new ArrayList<>(bytes.length / each);
    for (int at = 0; at < bytes.length; at += each) {
      byte[] path = Arrays.copyOfRange(bytes, at, at + pathLength);
      int depth = bytes[at + pathLength];
      boolean grows =
          held.isEmpty() || Arrays.compareUnsigned(held.get(held.size() - 1).path, path) < 0;
      if (depth < top || depth > bottom || !grows || SparseMap.index(path, top / 8) != index) {
        throw new ProofFormatException("map of heads: a part in no order");
      }
      held.add(
          new Held(
              path,
              Digest.read(bytes, at + pathLength + 1),
              bottom,
              depth,
              Digest.read(bytes, at + pathLength + 1 + Digest.LENGTH)));
    }
    return new SparsePart(top, bottom, held);
  }

  byte[] bytes() {
    int pathLength = bottom / 8;
    int each = pathLength + 1 + 2 * Digest.LENGTH;
    byte[] bytes = new byte[sorted.size() * each];
    for (int i = 0; i < sorted.size(); i++) {
      Held held = sorted.get(i);
      System.arraycopy(held.path, 0, bytes, i * each, pathLength);
      bytes[i * each + pathLength] = (byte) held.depth;
      held.hash.write(bytes, i * each + pathLength + 1);
      held.lifted.write(bytes, i * each + pathLength + 1 + Digest.LENGTH);
    }
    return bytes;
  }

  /** The hash of the whole subtree. */
  Digest hash() {
    return hash(0, sorted.size(), top);
  }

  /** What the place holds that these first bytes of a tag lead to. */
  Digest at(Digest place) {
    byte[] path = Arrays.copyOf(place.bytes(), bottom / 8);
    for (Held held : sorted) {
      if (Arrays.equals(held.path, path)) {
        held.requireWhole();
        return held.hash;
      }
    }
    return SparseMap.EMPTY;
  }

  /** With these hashes at the lower depth, new or in place of others. */
  SparsePart with(Map<Digest, Digest> hashes) {
    Map<byte[], Held> all = new TreeMap<>(Arrays::compareUnsigned);
    sorted.forEach(held -> all.put(held.path, held));
    hashes.forEach(
        (place, hash) -> {
          byte[] path = Arrays.copyOf(place.bytes(), bottom / 8);
          all.put(path, new Held(path, hash, bottom, bottom, hash));
        });
    SparsePart changed = new SparsePart(top, bottom, List.copyOf(all.values()));
    changed.hash();
    return changed;
  }

  /** Tells all neighbours between the two depths on the way to a tag's place. */
  void prove(byte[] path, Neighbours neighbours) {
    int from = 0;
    int to = sorted.size();
    while (from < to) {
      byte[] first = sorted.get(from).path;
      int fork = firstDifference(first, sorted.get(to - 1).path);
      int apart = firstDifference(path, first);
      if (apart < fork) {
        neighbours.add(apart, hash(from, to, apart + 1));
        return;
      }
      if (fork == bottom) {
        return;
      }
      int middle = middle(from, fork);
      boolean right = SparseMap.bit(path, fork);
      neighbours.add(fork, right ? hash(from, middle, fork + 1) : hash(middle, to, fork + 1));
      from = right ? middle : from;
      to = right ? to : middle;
    }
  }

  private Digest hash(int from, int to, int depth) {
    if (from == to) {
      return SparseMap.EMPTY;
    }
    Held first = sorted.get(from);
    if (to - from == 1) {
      return first.at(depth);
    }
    int fork = firstDifference(first.path, sorted.get(to - 1).path);
    int middle = middle(from, fork);
    Digest both = SparseMap.nodeHash(hash(from, middle, fork + 1), hash(middle, to, fork + 1));
    return SparseMap.lift(both, first.path, fork, depth);
  }

  private int middle(int from, int fork) {
    int middle = from;
    while (!SparseMap.bit(sorted.get(middle).path, fork)) {
      middle++;
    }
    return middle;
  }

  private int firstDifference(byte[] one, byte[] other) {
    int at = Arrays.mismatch(one, 0, bottom / 8, other, 0, bottom / 8);
    return at < 0
        ? bottom
        : at * 8 + Integer.numberOfLeadingZeros((one[at] ^ other[at]) & 0xff) - 24;
  }
}
