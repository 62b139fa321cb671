package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A Merkle map from subject tags to heads (DIS-6), as a value: every possible tag has its own place
 * at depth 128, by the first 128 bits of the tag, and almost all places are empty. A subtree
 * without any tag is 32 zero bytes; another inner node is SHA-256(0x01 ‖ left ‖ right); a place
 * that is taken is SHA-256(0x00 ‖ tag ‖ head). What nobody changed is shared with the map before.
 */
public final class SparseMap {
  /** Bits of a tag that say where its place is. */
  public static final int DEPTH = 128;

  /** The map that holds nothing. */
  public static final SparseMap EMPTY = new SparseMap(new None());

  static final Digest NOTHING = Digest.of(new byte[Digest.LENGTH]);

  private static final byte[] LEAF_PREFIX = {0};

  private final Node top;

  private SparseMap(Node top) {
    this.top = top;
  }

  /** A subtree; {@code depth} is that of its hash, and all tags in it agree before that depth. */
  private sealed interface Node {}

  private record None() implements Node {}

  @SuppressWarnings("ArrayRecordComponent")
  private record Place(byte[] tag, Digest hash) implements Node {}

  @SuppressWarnings("ArrayRecordComponent")
  private record Fork(int depth, byte[] tag, Node left, Node right, Digest hash) implements Node {}

  /**
   * What stands for the newest disclosure of a subject: HMAC-SHA-256 under a fresh salt, so that
   * who sees a proof of a neighbour learns nothing but that it changed.
   *
   * @param number of the disclosure
   * @param commitment of its leaf
   */
  public static Digest head(Salt salt, long number, Digest commitment) {
    byte[] message = new byte[Long.BYTES + Digest.LENGTH];
    for (int i = 0; i < Long.BYTES; i++) {
      message[i] = (byte) (number >>> (8 * (Long.BYTES - 1 - i)));
    }
    commitment.write(message, Long.BYTES);
    return Commitment.hmac(salt.bytes(), message);
  }

  /** The hash of the whole map. */
  public Digest root() {
    return lifted(top, 0);
  }

  /**
   * The map with these heads, new or in place of older ones. Costs about 110 hashes for each.
   *
   * @throws IllegalArgumentException when two tags share their first 128 bits
   */
  public SparseMap with(Map<Digest, Digest> heads) {
    SortedMap<byte[], Place> sorted = new TreeMap<>(Arrays::compareUnsigned);
    heads.forEach((tag, head) -> sorted.put(tag.bytes(), place(tag.bytes(), head)));
    return new SparseMap(merge(top, List.copyOf(sorted.values())));
  }

  private static Place place(byte[] tag, Digest head) {
    return new Place(tag, leafHash(tag, head));
  }

  static Digest leafHash(byte[] tag, Digest head) {
    return Digest.sha256(LEAF_PREFIX, tag, head.bytes());
  }

  private static Node merge(Node node, List<Place> sorted) {
    if (sorted.isEmpty()) {
      return node;
    }
    Place first = sorted.get(0);
    Place last = sorted.get(sorted.size() - 1);
    if (node instanceof None) {
      return sorted.size() == 1
          ? first
          : fork(node, firstDifference(first.tag(), last.tag()), sorted);
    }
    int depth =
        Math.min(
            Math.min(
                firstDifference(tag(node), first.tag()), firstDifference(tag(node), last.tag())),
            depth(node));
    if (depth == DEPTH) {
      return replaced(node, sorted);
    }
    return fork(node, depth, sorted);
  }

  private static Node replaced(Node node, List<Place> sorted) {
    if (sorted.size() > 1 || !Arrays.equals(tag(node), sorted.get(0).tag())) {
      throw new IllegalArgumentException("tags: two share their first " + DEPTH + " bits");
    }
    return sorted.get(0);
  }

  /** Splits at this bit; the node is divided too where it forks there. */
  private static Node fork(Node node, int depth, List<Place> sorted) {
    if (depth == DEPTH) {
      throw new IllegalArgumentException("tags: two share their first " + DEPTH + " bits");
    }
    int ones = 0;
    while (ones < sorted.size() && !bit(sorted.get(ones).tag(), depth)) {
      ones++;
    }
    Node left = merge(side(node, depth, false), sorted.subList(0, ones));
    Node right = merge(side(node, depth, true), sorted.subList(ones, sorted.size()));
    return new Fork(
        depth,
        sorted.get(0).tag(),
        left,
        right,
        nodeHash(lifted(left, depth + 1), lifted(right, depth + 1)));
  }

  private static Node side(Node node, int depth, boolean right) {
    if (node instanceof Fork fork && fork.depth() == depth) {
      return right ? fork.right() : fork.left();
    }
    return node instanceof None || bit(tag(node), depth) == right ? node : new None();
  }

  /** The hash of a subtree seen from further up, past levels where its other side is empty. */
  private static Digest lifted(Node node, int to) {
    if (node instanceof None) {
      return NOTHING;
    }
    Digest hash = node instanceof Place place ? place.hash() : ((Fork) node).hash();
    byte[] tag = tag(node);
    for (int depth = depth(node) - 1; depth >= to; depth--) {
      hash = bit(tag, depth) ? nodeHash(NOTHING, hash) : nodeHash(hash, NOTHING);
    }
    return hash;
  }

  static Digest nodeHash(Digest left, Digest right) {
    return left.equals(NOTHING) && right.equals(NOTHING) ? NOTHING : TreeHash.node(left, right);
  }

  private static int depth(Node node) {
    return node instanceof Fork fork ? fork.depth() : DEPTH;
  }

  private static byte[] tag(Node node) {
    return node instanceof Fork fork ? fork.tag() : ((Place) node).tag();
  }

  static boolean bit(byte[] tag, int depth) {
    return ((tag[depth >> 3] >> (7 - (depth & 7))) & 1) == 1;
  }

  private static int firstDifference(byte[] one, byte[] other) {
    int at = Arrays.mismatch(one, 0, DEPTH / 8, other, 0, DEPTH / 8);
    return at < 0
        ? DEPTH
        : at * 8 + Integer.numberOfLeadingZeros((one[at] ^ other[at]) & 0xff) - 24;
  }

  /** What shows the head of a tag, or that the tag's place is empty. */
  public SparseMapProof prove(Digest tag) {
    byte[] path = tag.bytes();
    BitSet present = new BitSet(DEPTH);
    List<Digest> siblings = new ArrayList<>();
    Node node = top;
    boolean more = true;
    while (more) {
      int apart = node instanceof None ? DEPTH : firstDifference(path, tag(node));
      more = false;
      if (apart < depth(node)) {
        add(present, siblings, apart, lifted(node, apart + 1));
      } else if (node instanceof Fork fork) {
        boolean right = bit(path, fork.depth());
        Node other = right ? fork.left() : fork.right();
        add(present, siblings, fork.depth(), lifted(other, fork.depth() + 1));
        node = right ? fork.right() : fork.left();
        more = true;
      }
    }
    return new SparseMapProof(present.stream().boxed().toList(), siblings);
  }

  private static void add(BitSet present, List<Digest> siblings, int depth, Digest hash) {
    present.set(depth);
    siblings.add(hash);
  }

  /** Whether the map holds a head of this tag; for tests of who builds on it. */
  Optional<Digest> leafHashOf(Digest tag) {
    Node node = top;
    while (node instanceof Fork fork) {
      node = bit(tag.bytes(), fork.depth()) ? fork.right() : fork.left();
    }
    return node instanceof Place place && Arrays.equals(place.tag(), tag.bytes())
        ? Optional.of(place.hash())
        : Optional.empty();
  }
}
