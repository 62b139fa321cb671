package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a refusal takes, seen from a client (G15). */
@Tag("alone")
final class TimingTest {
  private static final int ROUNDS = 200;
  private static final double SAME_CLASS = 2;

  private final GatedServer server = GatedServer.shared();

  @Test
  @DisplayName("G15 hidden and missing take times of one class")
  void sameClass() {
    server.patient("slow");
    server.observation("slow", "slow");
    String stranger = server.tokens().practitioner("stranger", "TREAT");
    List<Long> hidden = new ArrayList<>();
    List<Long> missing = new ArrayList<>();
    for (int i = 0; i < 2 * ROUNDS; i++) {
      long one = nanos(stranger, "Observation/slow");
      long other = nanos(stranger, "Observation/swift");
      if (i >= ROUNDS) {
        hidden.add(one);
        missing.add(other);
      }
    }
    double ratio = median(hidden) / median(missing);
    System.out.printf(
        "refusals: hidden %.2f ms, missing %.2f ms, ratio %.2f%n",
        median(hidden) / 1e6, median(missing) / 1e6, ratio);
    assertThat(ratio).isBetween(1 / SAME_CLASS, SAME_CLASS);
  }

  private long nanos(String token, String path) {
    long start = System.nanoTime();
    assertThat(server.get(token, path).statusCode()).isEqualTo(403);
    return System.nanoTime() - start;
  }

  private static double median(List<Long> of) {
    return of.stream()
        .mapToLong(Long::longValue)
        .sorted()
        .skip(of.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
