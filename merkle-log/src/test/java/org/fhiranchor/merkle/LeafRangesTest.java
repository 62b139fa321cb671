package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class LeafRangesTest {
  @Test
  @DisplayName("ERA-2 ranges have one spelling, and it is read back")
  void hasOneSpelling() {
    LeafRanges ranges = LeafRanges.of(List.of(12L, 5L, 6L, 9L, 7L, 8L, 5L));
    assertThat(ranges).hasToString("5-9,12");
    assertThat(LeafRanges.parse("5-9,12")).isEqualTo(ranges);
    assertThat(LeafRanges.parse("")).isEqualTo(LeafRanges.NONE).hasToString("");
    assertThat(ranges.count()).isEqualTo(6);
    assertThat(ranges.last()).isEqualTo(12);
    assertThat(LeafRanges.NONE.last()).isEqualTo(-1);
  }

  @Test
  @DisplayName("ERA-2 every other spelling is refused")
  void refusesEveryOtherSpelling() {
    for (String wrong :
        List.of(
            ",",
            "5,",
            ",5",
            "5-",
            "-5",
            "9-5",
            "5-5",
            "5,6",
            "5-9,7",
            "9,5",
            "05",
            "+5",
            "5 ",
            "x",
            "5--9",
            "5-9-12",
            "1000000000000000000",
            "\u0665")) {
      assertThatThrownBy(() -> LeafRanges.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @DisplayName("ERA-2 sets put together hold what either holds, and nothing else")
  void holdsWhatEitherHolds() {
    Random random = new Random(20_261_129);
    for (int round = 0; round < 500; round++) {
      Set<Long> one = drawn(random);
      Set<Long> other = drawn(random);
      Set<Long> both = new TreeSet<>(one);
      both.addAll(other);
      LeafRanges together = LeafRanges.of(one).and(LeafRanges.of(other));
      assertThat(together).isEqualTo(LeafRanges.of(both));
      for (long leaf = 0; leaf < 40; leaf++) {
        assertThat(together.contains(leaf)).isEqualTo(both.contains(leaf));
      }
    }
  }

  private static Set<Long> drawn(Random random) {
    Set<Long> leaves = new TreeSet<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      leaves.add((long) random.nextInt(40));
    }
    return leaves;
  }

  @Test
  @DisplayName("ERA-2 parts together are the whole")
  void partsAreTheWhole() {
    LeafRanges ranges = LeafRanges.parse("1,3,5,7-9,11");
    assertThat(ranges.parts(2)).map(LeafRanges::toString).containsExactly("1,3", "5,7-9", "11");
    assertThat(LeafRanges.NONE.parts(2)).isEmpty();
  }
}
