package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A Merkle map from subject tags to heads (DIS-6): every possible tag has its own place at depth
 * 80, by the first 80 bits of the tag, and almost all places are empty. A subtree without any tag
 * is 32 zero bytes; another inner node is SHA-256(0x01 ‖ left ‖ right); a place that is taken is
 * SHA-256(0x00 ‖ tag ‖ head).
 *
 * <p>It is stored in parts: depths 0 to 8, 8 to 16, and 16 to 80. Nothing of a stored part is
 * trusted: it must lead to the root that is asked about. Of two tags that share their first 80 bits
 * one has the place and the other cannot be proven: with a million subjects that happens once in
 * 10^12 logs, and it hides nothing.
 */
public final class SparseMap {
  /** Bits of a tag that say where its place is. */
  public static final int DEPTH = 80;

  /** The root of the map that holds nothing. */
  public static final Digest EMPTY = Digest.of(new byte[Digest.LENGTH]);

  private static final int[] DEPTHS = {0, 8, 16, DEPTH};
  private static final byte[] LEAF_PREFIX = {0};

  private SparseMap() {}

  /**
   * Names a stored part.
   *
   * @param level 0, 1 or 2
   * @param index the bits of the tag before it, as a number
   */
  public record PartId(int level, int index) {}

  /** Where parts are: those of these that hold anything, as they were stored. */
  @FunctionalInterface
  public interface Parts {
    /** Reads them; what is missing is empty. */
    Map<PartId, byte[]> read(Collection<PartId> ids);
  }

  /**
   * A map after a change.
   *
   * @param parts those that changed, to be stored
   */
  public record Changed(Digest root, Map<PartId, byte[]> parts) {}

  /**
   * What stands for the newest disclosure of a subject: HMAC-SHA-256 under a salt of this head
   * alone, so that who sees a proof of a neighbour learns nothing but that it changed.
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

  /**
   * The map with these heads, new or in place of older ones.
   *
   * @param root of the map before
   * @throws ProofFormatException when a stored part is not one of that map
   */
  public static Changed with(Digest root, Map<Digest, Digest> heads, Parts stored) {
    Map<Integer, Map<Digest, Digest>> buckets = new TreeMap<>();
    heads.forEach(
        (tag, head) ->
            buckets
                .computeIfAbsent(index(tag.bytes(), 2), none -> new HashMap<>())
                .put(tag, leafHash(tag, head)));
    Map<PartId, SparsePart> parts = read(ids(buckets.keySet()), stored);
    check(root, parts);
    Map<PartId, byte[]> changed = new HashMap<>();
    Map<Integer, Digest> lowest = new HashMap<>();
    buckets.entrySet().parallelStream()
        .map(bucket -> changed(parts, new PartId(2, bucket.getKey()), bucket.getValue()))
        .collect(Collectors.toList())
        .forEach(
            part -> {
              changed.put(part.id(), part.part().bytes());
              lowest.put(part.id().index(), part.hash());
            });
    Map<Integer, Digest> top = upwards(parts, 0, upwards(parts, 1, lowest, changed), changed);
    return new Changed(top.getOrDefault(0, root), Map.copyOf(changed));
  }

  private record ChangedPart(PartId id, SparsePart part, Digest hash) {}

  private static ChangedPart changed(
      Map<PartId, SparsePart> parts, PartId id, Map<Digest, Digest> leaves) {
    SparsePart part = part(parts, id).with(leaves);
    return new ChangedPart(id, part, part.hash());
  }

  private static Map<Integer, Digest> upwards(
      Map<PartId, SparsePart> parts,
      int level,
      Map<Integer, Digest> below,
      Map<PartId, byte[]> changed) {
    Map<Integer, Map<Digest, Digest>> grouped = new TreeMap<>();
    below.forEach(
        (index, hash) ->
            grouped
                .computeIfAbsent(index >> 8, none -> new HashMap<>())
                .put(SparsePart.place(index, level), hash));
    Map<Integer, Digest> hashes = new HashMap<>();
    grouped.forEach(
        (index, children) -> {
          ChangedPart part = changed(parts, new PartId(level, index), children);
          changed.put(part.id(), part.part().bytes());
          hashes.put(index, part.hash());
        });
    return hashes;
  }

  /**
   * What shows the head of a tag, or that the tag's place is empty.
   *
   * @throws ProofFormatException when a stored part is not one of the map of this root
   */
  public static SparseMapProof prove(Digest root, Digest tag, Parts stored) {
    byte[] path = tag.bytes();
    Map<PartId, SparsePart> parts = read(ids(Set.of(index(path, 2))), stored);
    check(root, parts);
    List<Integer> depths = new ArrayList<>();
    List<Digest> siblings = new ArrayList<>();
    for (int level = 0; level <= 2; level++) {
      part(parts, new PartId(level, index(path, level)))
          .prove(
              path,
              (depth, sibling) -> {
                depths.add(depth);
                siblings.add(sibling);
              });
    }
    return new SparseMapProof(depths, siblings);
  }

  private static Set<PartId> ids(Set<Integer> buckets) {
    Set<PartId> ids = new HashSet<>();
    ids.add(new PartId(0, 0));
    for (int bucket : buckets) {
      ids.add(new PartId(1, bucket >> 8));
      ids.add(new PartId(2, bucket));
    }
    return ids;
  }

  private static Map<PartId, SparsePart> read(Set<PartId> ids, Parts stored) {
    Map<PartId, byte[]> found = stored.read(Collections.unmodifiableSet(ids));
    return ids.parallelStream()
        .collect(
            Collectors.toConcurrentMap(
                Function.identity(),
                id ->
                    SparsePart.parse(
                        id.index(),
                        DEPTHS[id.level()],
                        DEPTHS[id.level() + 1],
                        found.getOrDefault(id, new byte[0]))));
  }

  /**
   * Each part that was read is the one that the part above it names; the first is the root's. All
   * hashes before the first comparison: a part notes what it computes, and is not for two threads.
   */
  private static void check(Digest root, Map<PartId, SparsePart> parts) {
    Map<PartId, Digest> hashes =
        parts.entrySet().parallelStream()
            .collect(Collectors.toConcurrentMap(Map.Entry::getKey, part -> part.getValue().hash()));
    hashes.entrySet().parallelStream()
        .forEach(
            one -> {
              PartId id = one.getKey();
              Digest want = id.level() == 0 ? root : inTheOneAbove(parts, id);
              if (!want.equals(one.getValue())) {
                throw new ProofFormatException(
                    "map of heads, part %d/%d: want %s, got %s"
                        .formatted(id.level(), id.index(), want, one.getValue()));
              }
            });
  }

  private static Digest inTheOneAbove(Map<PartId, SparsePart> parts, PartId id) {
    return part(parts, new PartId(id.level() - 1, id.index() >> 8))
        .at(SparsePart.place(id.index(), id.level() - 1));
  }

  private static SparsePart part(Map<PartId, SparsePart> parts, PartId id) {
    SparsePart part = parts.get(id);
    if (part == null) {
      throw new IllegalStateException("a part that was not read: " + id);
    }
    return part;
  }

  static int index(byte[] tag, int level) {
    int index = 0;
    for (int i = 0; i < level; i++) {
      index = (index << 8) | (tag[i] & 0xff);
    }
    return index;
  }

  static Digest leafHash(Digest tag, Digest head) {
    return Digest.sha256(LEAF_PREFIX, tag.bytes(), head.bytes());
  }

  static Digest nodeHash(Digest left, Digest right) {
    return left.equals(EMPTY) && right.equals(EMPTY) ? EMPTY : TreeHash.node(left, right);
  }

  /** The hash of a subtree seen from further up, past levels where its other side is empty. */
  static Digest lift(Digest hash, byte[] path, int from, int to) {
    Digest lifted = hash;
    for (int depth = from - 1; depth >= to; depth--) {
      lifted = bit(path, depth) ? nodeHash(EMPTY, lifted) : nodeHash(lifted, EMPTY);
    }
    return lifted;
  }

  static boolean bit(byte[] path, int depth) {
    return ((path[depth >> 3] >> (7 - (depth & 7))) & 1) == 1;
  }
}
