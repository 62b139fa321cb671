package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
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

  private Digest any() {
    byte[] bytes = new byte[Digest.LENGTH];
    random.nextBytes(bytes);
    return Digest.of(bytes);
  }

  /** All 2^128 places, by the definition: what holds nothing is not looked into. */
  private static Digest naive(Map<Digest, Digest> heads, int depth) {
    if (heads.isEmpty()) {
      return SparseMap.NOTHING;
    }
    if (depth == SparseMap.DEPTH) {
      Map.Entry<Digest, Digest> one = heads.entrySet().iterator().next();
      return SparseMap.leafHash(one.getKey().bytes(), one.getValue());
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
      assertThat(SparseMap.EMPTY.with(heads).root()).isEqualTo(want);
      SparseMap oneByOne = SparseMap.EMPTY;
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
    last[15] ^= 1;
    byte[] early = one.clone();
    early[0] ^= 64;
    Map<Digest, Digest> heads =
        Map.of(Digest.of(one), any(), Digest.of(last), any(), Digest.of(early), any());
    SparseMap map = SparseMap.EMPTY.with(heads);
    assertThat(map.root()).isEqualTo(naive(heads, 0));
    heads.forEach(
        (tag, head) ->
            assertThat(map.prove(tag).check(map.root(), tag, Optional.of(head)))
                .isInstanceOf(ProofResult.Valid.class));
    byte[] same = one.clone();
    same[31] ^= 1;
    assertThatIllegalArgumentException().isThrownBy(() -> map.with(Map.of(Digest.of(same), any())));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> SparseMap.EMPTY.with(Map.of(Digest.of(one), any(), Digest.of(same), any())));
  }

  @Test
  @DisplayName("DIS-6 a head is proven, and so is that there is none, without showing another leaf")
  void proofs() {
    Map<Digest, Digest> heads = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      heads.put(any(), any());
    }
    SparseMap map = SparseMap.EMPTY.with(heads);
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
        heads.keySet().stream().map(tag -> map.leafHashOf(tag).orElseThrow()).toList();
    for (int i = 0; i < 100; i++) {
      Digest absent = any();
      SparseMapProof proof = map.prove(absent);
      assertThat(proof.check(map.root(), absent, Optional.empty()))
          .isInstanceOf(ProofResult.Valid.class);
      assertThat(proof.check(map.root(), absent, Optional.of(any())))
          .isInstanceOf(ProofResult.Invalid.class);
      assertThat(proof.siblings()).isNotEmpty().doesNotContainAnyElementsOf(leaves);
    }
    assertThat(SparseMap.EMPTY.prove(any()).check(SparseMap.EMPTY.root(), any(), Optional.empty()))
        .isInstanceOf(ProofResult.Valid.class);
  }

  @Test
  @DisplayName("DIS-6 every wrong proof is refused: a bit flipped, a hash too many, too few, moved")
  void wrongProofs() {
    Map<Digest, Digest> heads = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      heads.put(any(), any());
    }
    SparseMap map = SparseMap.EMPTY.with(heads);
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
      moved.set(i, 100 + i);
      wrong.add(new SparseMapProof(moved, good.siblings()));
    }
    List<Integer> deeper = new ArrayList<>(good.depths());
    List<Digest> more = new ArrayList<>(good.siblings());
    deeper.add(127);
    more.add(any());
    wrong.add(new SparseMapProof(deeper, more));
    deeper.set(deeper.size() - 1, 128);
    wrong.add(new SparseMapProof(deeper, more));
    deeper.set(deeper.size() - 1, -1);
    wrong.add(new SparseMapProof(deeper, more));
    more.set(more.size() - 1, SparseMap.NOTHING);
    deeper.set(deeper.size() - 1, 127);
    wrong.add(new SparseMapProof(deeper, more));
    Optional<Digest> head = Optional.of(heads.getOrDefault(tag, SparseMap.NOTHING));
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
    SparseMap before = SparseMap.EMPTY.with(heads);
    Digest root = before.root();
    Map<Digest, Digest> changed = new HashMap<>();
    heads.keySet().stream().limit(80).forEach(tag -> changed.put(tag, any()));
    long start = System.nanoTime();
    SparseMap after = before.with(changed);
    System.out.printf(
        "sparse map: 80 of 4,000 changed in %.1f ms%n", (System.nanoTime() - start) / 1e6);
    assertThat(before.root()).isEqualTo(root);
    heads.putAll(changed);
    assertThat(after.root()).isEqualTo(SparseMap.EMPTY.with(heads).root()).isNotEqualTo(root);
  }
}
