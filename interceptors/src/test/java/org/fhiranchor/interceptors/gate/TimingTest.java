package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long an answer about what is hidden takes, seen from a client (G15). */
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
    assertSameClass("refusals", stranger, 403, "Observation/%s");
  }

  @ParameterizedTest
  @DisplayName(
      "G15 DIS-4 a search that names what is hidden by its id takes as long as of what is missing")
  @ValueSource(strings = {"Observation?_id=%s", "Observation?derived-from=Observation/%s"})
  void sameClassOfSearches(String search) {
    server.patient("slow");
    server.observation("slow", "slow");
    assertSameClass(search, server.tokens().practitioner("stranger", "TREAT"), 200, search);
  }

  private void assertSameClass(String what, String token, int status, String path) {
    List<Long> hidden = new ArrayList<>();
    List<Long> missing = new ArrayList<>();
    for (int i = 0; i < 2 * ROUNDS; i++) {
      long one = nanos(token, status, path.formatted("slow"));
      long other = nanos(token, status, path.formatted("swift"));
      if (i >= ROUNDS) {
        hidden.add(one);
        missing.add(other);
      }
    }
    double ratio = median(hidden) / median(missing);
    System.out.printf(
        "%s: hidden %.2f ms, missing %.2f ms, ratio %.2f%n",
        what, median(hidden) / 1e6, median(missing) / 1e6, ratio);
    assertThat(ratio).isBetween(1 / SAME_CLASS, SAME_CLASS);
  }

  private long nanos(String token, int status, String path) {
    long start = System.nanoTime();
    assertThat(server.get(token, path).statusCode()).isEqualTo(status);
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
