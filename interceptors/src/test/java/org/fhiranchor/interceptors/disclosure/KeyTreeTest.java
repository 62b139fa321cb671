package org.fhiranchor.interceptors.disclosure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** ERA-3: of all keys of one seed, single ones are destroyed. */
final class KeyTreeTest {
  private final Random random = new Random(7);
  private final byte[] seed = new byte[KeyTree.SEED];

  /** Many of them near each other, and some that differ in the last bit that counts. */
  private List<Digest> subjects() {
    List<Digest> subjects = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      byte[] tag = new byte[Digest.LENGTH];
      random.nextBytes(tag);
      Arrays.fill(tag, 0, i % 9, (byte) 0);
      subjects.add(Digest.of(tag));
      tag[KeyTree.DEPTH / 8 - 1] ^= 1;
      subjects.add(Digest.of(tag));
    }
    return subjects;
  }

  @Test
  @DisplayName("ERA-3 what is destroyed follows from nothing that is left, and all else does")
  void destroys() {
    random.nextBytes(seed);
    KeyTree whole = KeyTree.of(seed);
    List<Digest> subjects = subjects();
    Map<Digest, byte[]> keys = new HashMap<>();
    subjects.forEach(one -> keys.put(one, whole.key(one).orElseThrow()));
    assertThat(keys.values().stream().map(Arrays::toString)).doesNotHaveDuplicates();
    KeyTree left = whole;
    for (int i = 0; i < subjects.size(); i += 2) {
      assertThat(left.beside(subjects.get(i)).orElseThrow().seeds())
          .hasSizeLessThanOrEqualTo(KeyTree.DEPTH * KeyTree.SEED);
      left = left.without(subjects.get(i));
      assertThat(left.without(subjects.get(i))).isSameAs(left);
    }
    for (int i = 0; i < subjects.size(); i++) {
      Digest subject = subjects.get(i);
      if (i % 2 == 0) {
        assertThat(left.key(subject)).isEmpty();
        assertThat(left.beside(subject)).isEmpty();
      } else {
        assertThat(left.key(subject)).contains(keys.get(subject));
      }
    }
    assertThat(KeyTree.NOTHING.key(subjects.get(0))).isEmpty();
    assertThat(whole + "").doesNotContain("[B");
  }

  @Test
  @DisplayName("ERA-3 the bits that two tags begin with alike")
  void alike() {
    byte[] tag = new byte[Digest.LENGTH];
    Digest one = Digest.of(tag);
    assertThat(KeyTree.alike(one, one)).isEqualTo(KeyTree.DEPTH);
    tag[2] = 0x10;
    assertThat(KeyTree.alike(one, Digest.of(tag))).isEqualTo(19);
  }
}
