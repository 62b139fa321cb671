package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whose a resource is that refers to many is asked of the database once for each type. */
final class OwnersTogetherTest {
  private static final int ENTRIES = 150;
  private static final int LOOKS = 5;

  private final GatedServer server = GatedServer.shared();

  private long statements(String path) {
    String doctor = server.tokens().practitioner("own-doc", "TREAT");
    return least(() -> assertThat(server.get(doctor, path).statusCode()).isEqualTo(403));
  }

  /** Statements of an answer, when its caches are warm. */
  private static long least(Runnable asked) {
    long least =
        LongStream.range(0, LOOKS)
            .map(look -> CountedStatements.ofRequests(asked))
            .min()
            .orElseThrow();
    assertThat(least).isPositive();
    return least;
  }

  @Test
  @DisplayName("OWN-2 a hidden List of 150 entries costs a few statements more than one of two")
  void ofManyEntries() {
    server.patient("own-many");
    for (int i = 0; i < ENTRIES; i++) {
      server.observation("own-many-" + i, "own-many");
    }
    list("own-long", ENTRIES);
    list("own-short", 2);
    assertThat(statements("List/own-long")).isLessThanOrEqualTo(statements("List/own-short") + 5);
  }

  @Test
  @DisplayName("DIS-1 what a service's transaction left as it was is looked up at once")
  void ofManyUnchanged() {
    server.patient("own-same");
    long few = unchanged(10);
    assertThat(unchanged(ENTRIES) - few).isLessThanOrEqualTo(5);
  }

  /** Statements of a transaction that changes nothing in so many Observations. */
  private long unchanged(int count) {
    String entries =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    "{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"Observation/own-same-%d\"}}"
                        .formatted(
                            GatedServer.observationOf(
                                "own-same-" + i,
                                "\"subject\":{\"reference\":\"Patient/own-same\"}"),
                            i))
            .collect(Collectors.joining(","));
    String transaction =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entries + "]}";
    String loader = server.tokens().loader();
    return least(
        () -> assertThat(server.ask(loader, "POST", "", transaction).statusCode()).isEqualTo(200));
  }

  private void list(String id, int entries) {
    String all =
        IntStream.range(0, entries)
            .mapToObj(i -> "{\"item\":{\"reference\":\"Observation/own-many-%d\"}}".formatted(i))
            .collect(Collectors.joining(","));
    server.load(
        "List/" + id,
        "{\"resourceType\":\"List\",\"id\":\"%s\",\"status\":\"current\",\"mode\":\"working\",\"entry\":[%s]}"
            .formatted(id, all));
  }
}
