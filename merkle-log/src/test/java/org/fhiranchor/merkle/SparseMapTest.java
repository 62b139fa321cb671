package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SparseMapTest {
  private static final long SEED = 20_261_129;

  private final Random random = new Random(SEED);

  /** A map with its parts, as a store would keep them. */
  private record Stored(Digest root, Map<SparseMap.PartId, byte[]> parts) {
    private static final Stored EMPTY = new Stored(SparseMap.EMPTY, Map.of());

    Stored with(Map<Digest, Digest> heads) {
      SparseMap.Changed changed = SparseMap.with(root, heads, this::read);
      Map<SparseMap.PartId, byte[]> all = new HashMap<>(parts);
      all.putAll(changed.parts());
      return new Stored(changed.root(), all);
    }

    SparseMapProof prove(Digest tag) {
      return SparseMap.prove(root, tag, this::read);
    }

    private Map<SparseMap.PartId, byte[]> read(Collection<SparseMap.PartId> ids) {
      Map<SparseMap.PartId, byte[]> found = new HashMap<>(parts);
      found.keySet().retainAll(ids);
      return found;
    }
  }

  private Digest any() {
    byte[] bytes = new byte[Digest.LENGTH];
    random.nextBytes(bytes);
    return Digest.of(bytes);
  }

  /** All 2^128 places, by the definition: what holds nothing is not looked into. */
  private static Digest naive(Map<Digest, Digest> heads, int depth) {
    if (heads.isEmpty()) {
      return SparseMap.EMPTY;
    }
    if (depth == SparseMap.DEPTH) {
      Map.Entry<Digest, Digest> one = heads.entrySet().iterator().next();
      return SparseMap.leafHash(one.getKey(), one.getValue());
    }
    Map<Digest, Digest> left = new HashMap<>();
    Map<Digest, Digest> right = new HashMap<>();
    heads.forEach((tag, head) -> (SparseMap.bit(tag.bytes(), depth) ? right : left).put(tag, head));
    return SparseMap.nodeHash(naive(left, depth + 1), naive(right, depth + 1));
  }

  @Test
  @DisplayName("DIS-6 the root is that of the definition, however the map came about")
  void rootByDefinition() {
    for (int size : new int[] {0, 1, 2, 3, 7, 40}) {
      Map<Digest, Digest> heads = new HashMap<>();
      for (int i = 0; i < size; i++) {
        heads.put(any(), any());
      }
      Digest want = naive(heads, 0);
      assertThat(Stored.EMPTY.with(heads).root()).isEqualTo(want);
      Stored oneByOne = Stored.EMPTY;
      for (Map.Entry<Digest, Digest> head : heads.entrySet()) {
        oneByOne = oneByOne.with(Map.of(head.getKey(), any()));
        oneByOne = oneByOne.with(Map.of(head.getKey(), head.getValue()));
      }
      assertThat(oneByOne.root()).isEqualTo(want);
    }
  }

  @Test
  @DisplayName("DIS-6 tags that agree in many bits have places of their own, down to the last bit")
  void neighbours() {
    byte[] one = any().bytes();
    byte[] last = one.clone();
    last[9] ^= 1;
    byte[] early = one.clone();
    early[0] ^= 64;
    Map<Digest, Digest> heads =
        Map.of(Digest.of(one), any(), Digest.of(last), any(), Digest.of(early), any());
    Stored map = Stored.EMPTY.with(heads);
    assertThat(map.root()).isEqualTo(naive(heads, 0));
    heads.forEach(
        (tag, head) ->
            assertThat(map.prove(tag).check(map.root(), tag, Optional.of(head)))
                .isInstanceOf(ProofResult.Valid.class));
    byte[] same = one.clone();
    same[31] ^= 1;
    Digest head = any();
    Stored shared = map.with(Map.of(Digest.of(same), head));
    assertThat(
            shared.prove(Digest.of(same)).check(shared.root(), Digest.of(same), Optional.of(head)))
        .isInstanceOf(ProofResult.Valid.class);
    assertThat(
            shared
                .prove(Digest.of(one))
                .check(
                    shared.root(), Digest.of(one), Optional.ofNullable(heads.get(Digest.of(one)))))
        .isInstanceOf(ProofResult.Invalid.class);
  }

  @Test
  @DisplayName("DIS-6 a head is proven, and so is that there is none, without showing another leaf")
  void proofs() {
    Map<Digest, Digest> heads = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      heads.put(any(), any());
    }
    Stored map = Stored.EMPTY.with(heads);
    for (Map.Entry<Digest, Digest> head : heads.entrySet()) {
      SparseMapProof proof = map.prove(head.getKey());
      assertThat(proof.check(map.root(), head.getKey(), Optional.of(head.getValue())))
          .isInstanceOf(ProofResult.Valid.class);
      assertThat(proof.check(map.root(), head.getKey(), Optional.empty()))
          .isInstanceOf(ProofResult.Invalid.class);
      assertThat(proof.check(map.root(), head.getKey(), Optional.of(any())))
          .isInstanceOf(ProofResult.Invalid.class);
    }
    List<Digest> leaves =
        heads.entrySet().stream()
            .map(head -> SparseMap.leafHash(head.getKey(), head.getValue()))
            .toList();
    for (int i = 0; i < 100; i++) {
      Digest absent = any();
      SparseMapProof proof = map.prove(absent);
      assertThat(proof.check(map.root(), absent, Optional.empty()))
          .isInstanceOf(ProofResult.Valid.class);
      assertThat(proof.check(map.root(), absent, Optional.of(any())))
          .isInstanceOf(ProofResult.Invalid.class);
      assertThat(proof.siblings()).isNotEmpty().doesNotContainAnyElementsOf(leaves);
    }
    assertThat(Stored.EMPTY.prove(any()).check(SparseMap.EMPTY, any(), Optional.empty()))
        .isInstanceOf(ProofResult.Valid.class);
  }

  @Test
  @DisplayName("DIS-6 every wrong proof is refused: a bit flipped, a hash too many, too few, moved")
  void wrongProofs() {
    Map<Digest, Digest> heads = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      heads.put(any(), any());
    }
    Stored map = Stored.EMPTY.with(heads);
    Digest tag = heads.keySet().iterator().next();
    SparseMapProof good = map.prove(tag);
    List<SparseMapProof> wrong = new ArrayList<>();
    for (int i = 0; i < good.siblings().size(); i++) {
      List<Digest> siblings = new ArrayList<>(good.siblings());
      byte[] flipped = siblings.get(i).bytes();
      flipped[i % Digest.LENGTH] ^= 1;
      siblings.set(i, Digest.of(flipped));
      wrong.add(new SparseMapProof(good.depths(), siblings));
      List<Digest> fewer = new ArrayList<>(good.siblings());
      fewer.remove(i);
      wrong.add(new SparseMapProof(good.depths(), fewer));
      List<Integer> depths = new ArrayList<>(good.depths());
      depths.remove(i);
      wrong.add(new SparseMapProof(depths, fewer));
      List<Integer> moved = new ArrayList<>(good.depths());
      moved.set(i, 60 + i);
      wrong.add(new SparseMapProof(moved, good.siblings()));
    }
    List<Integer> deeper = new ArrayList<>(good.depths());
    List<Digest> more = new ArrayList<>(good.siblings());
    deeper.add(79);
    more.add(any());
    wrong.add(new SparseMapProof(deeper, more));
    deeper.set(deeper.size() - 1, 80);
    wrong.add(new SparseMapProof(deeper, more));
    deeper.set(deeper.size() - 1, -1);
    wrong.add(new SparseMapProof(deeper, more));
    more.set(more.size() - 1, SparseMap.EMPTY);
    deeper.set(deeper.size() - 1, 79);
    wrong.add(new SparseMapProof(deeper, more));
    Optional<Digest> head = Optional.of(heads.getOrDefault(tag, SparseMap.EMPTY));
    assertThat(good.check(map.root(), tag, head)).isInstanceOf(ProofResult.Valid.class);
    for (SparseMapProof proof : wrong) {
      assertThat(proof.check(map.root(), tag, head)).isInstanceOf(ProofResult.Invalid.class);
      assertThat(proof.check(map.root(), tag, Optional.empty()))
          .isInstanceOf(ProofResult.Invalid.class);
    }
    assertThat(good.check(any(), tag, head)).isInstanceOf(ProofResult.Invalid.class);
    assertThat(good.check(map.root(), any(), head)).isInstanceOf(ProofResult.Invalid.class);
  }

  @Test
  @DisplayName("DIS-6 a head tells number and commitment to who has the salt alone")
  void heads() {
    Salt salt = Salt.of(new byte[Salt.LENGTH]);
    Digest commitment = any();
    Digest head = SparseMap.head(salt, 7, commitment);
    byte[] other = new byte[Salt.LENGTH];
    other[0] = 1;
    assertThat(head)
        .isEqualTo(SparseMap.head(salt, 7, commitment))
        .isNotEqualTo(SparseMap.head(salt, 8, commitment))
        .isNotEqualTo(SparseMap.head(salt, 7, any()))
        .isNotEqualTo(SparseMap.head(Salt.of(other), 7, commitment));
  }

  @Test
  @DisplayName(
      "DIS-6 changing some of many costs what changes, and leaves the map before as it was")
  void incremental() {
    Map<Digest, Digest> heads = new HashMap<>();
    for (int i = 0; i < 4_000; i++) {
      heads.put(any(), any());
    }
    Stored before = Stored.EMPTY.with(heads);
    Digest root = before.root();
    Map<Digest, Digest> changed = new HashMap<>();
    heads.keySet().stream().limit(80).forEach(tag -> changed.put(tag, any()));
    long start = System.nanoTime();
    Stored after = before.with(changed);
    System.out.printf(
        "sparse map: 80 of 4,000 changed in %.1f ms%n", (System.nanoTime() - start) / 1e6);
    assertThat(before.root()).isEqualTo(root);
    heads.putAll(changed);
    assertThat(after.root()).isEqualTo(Stored.EMPTY.with(heads).root()).isNotEqualTo(root);
  }

  @Test
  @DisplayName("DIS-6 nothing is built on a stored part that was changed, nor proven from one")
  void changedParts() {
    Map<Digest, Digest> heads = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      heads.put(any(), any());
    }
    Stored map = Stored.EMPTY.with(heads);
    List<Digest> tags = List.copyOf(heads.keySet());
    int unnoticed = 0;
    for (int i = 0; i < 500; i++) {
      Digest tag = tags.get(random.nextInt(tags.size()));
      int level = random.nextInt(3);
      byte[] path = tag.bytes();
      int index =
          level == 0 ? 0 : level == 1 ? path[0] & 0xff : ((path[0] & 0xff) << 8) | (path[1] & 0xff);
      SparseMap.PartId id = new SparseMap.PartId(level, index);
      Map<SparseMap.PartId, byte[]> parts = new HashMap<>(map.parts());
      byte[] part = parts.getOrDefault(id, new byte[0]).clone();
      part[random.nextInt(part.length)] ^= (byte) (1 << random.nextInt(8));
      parts.put(id, i % 10 == 0 ? new byte[0] : part);
      Stored edited = new Stored(map.root(), parts);
      try {
        // What is not asked for may stay unseen; what comes of it must be right all the same.
        assertThat(edited.prove(tag).check(map.root(), tag, Optional.ofNullable(heads.get(tag))))
            .isInstanceOf(ProofResult.Valid.class);
        Map<Digest, Digest> change = Map.of(tag, any());
        assertThat(edited.with(change).root()).isEqualTo(map.with(change).root());
        unnoticed++;
      } catch (ProofFormatException named) {
        assertThat(named).hasMessageContaining("map of heads");
      }
    }
    System.out.printf("sparse map: %d of 500 changed parts did no harm%n", unnoticed);
    assertThatExceptionOfType(ProofFormatException.class)
        .isThrownBy(() -> new Stored(any(), map.parts()).prove(any()));
  }

  @Test
  @DisplayName(
      "DIS-6 an older head put back into its part, and its hash into the part above, is found")
  void olderHeadPutBack() {
    Digest tag = any();
    byte[] close = tag.bytes();
    close[2] ^= 1;
    Digest neighbour = Digest.of(close);
    Stored old = Stored.EMPTY.with(Map.of(tag, any(), neighbour, any()));
    Stored now = old.with(Map.of(tag, any()));
    byte[] path = tag.bytes();
    SparseMap.PartId bucket = new SparseMap.PartId(2, SparseMap.index(path, 2));
    SparseMap.PartId above = new SparseMap.PartId(1, SparseMap.index(path, 1));
    Map<SparseMap.PartId, byte[]> parts = new HashMap<>(now.parts());
    parts.put(bucket, old.parts().getOrDefault(bucket, new byte[0]));
    byte[] part = parts.getOrDefault(above, new byte[0]).clone();
    byte[] before = old.parts().getOrDefault(above, new byte[0]);
    // The hash of the child as it was; what it is lifted to stays as the part above it wants it.
    System.arraycopy(before, 3, part, 3, Digest.LENGTH);
    parts.put(above, part);
    assertThatExceptionOfType(ProofFormatException.class)
        .isThrownBy(() -> new Stored(now.root(), parts).with(Map.of(neighbour, any())));
  }
}
