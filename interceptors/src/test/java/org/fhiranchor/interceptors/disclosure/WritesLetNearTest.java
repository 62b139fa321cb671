package org.fhiranchor.interceptors.disclosure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What writes let stand is looked up for all of them at once. */
final class WritesLetNearTest {
  private static final int WRITES = 1_000;

  private static AccessQuestion put(int id) {
    return new AccessQuestion(
        "entry PUT Observation",
        "Observation",
        Optional.of("Observation/" + id),
        AskedQuery.NONE,
        Set.of(),
        Set.of(),
        Optional.empty(),
        true);
  }

  @Test
  @DisplayName("DIS-1 a thousand writes that stored nothing are one look")
  void oneLook() {
    WritesLetNear writes = new WritesLetNear();
    List<AccessAnswer> answers =
        IntStream.range(0, WRITES)
            .mapToObj(i -> new AccessAnswer(put(i), 200, List.of(), List.of()))
            .toList();
    IntStream.range(0, WRITES)
        .forEach(i -> writes.letNear("Observation/" + i, put(i), Optional.empty()));
    List<Collection<String>> looks = new ArrayList<>();
    writes.told(
        answers,
        200,
        names -> {
          looks.add(names);
          return Map.of();
        });
    assertThat(looks).hasSize(1);
    assertThat(looks.get(0)).hasSize(WRITES);
  }
}
