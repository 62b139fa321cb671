package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The differential fuzzer: docs/verify/leak-fuzz.md. {@code scripts/leak-fuzz.sh} runs more of it;
 * the report is {@code target/leak-fuzz.txt}.
 */
final class LeakFuzzTest {
  private static final long SEED = 20_261_128;

  /** Another number by {@code -Dtest.fuzz}. */
  private static final long REQUESTS = Long.getLong("test.fuzz", 2_000);

  /** Five minutes for the 2,000, of which an idle machine needs half a minute. */
  private static final Duration AT_MOST = Duration.ofMillis(150 * REQUESTS);

  @Test
  @DisplayName("FUZZ-1 nobody without a consent can tell the two worlds apart by drawn requests")
  void drawnRequestsTellNothing(@TempDir Path with, @TempDir Path without) throws IOException {
    try (TwinWorlds worlds = TwinWorlds.boot(with, without, "on")) {
      LeakFuzz fuzz = new LeakFuzz(worlds, SEED, LeakFuzz.ENOUGH, line -> {});
      fuzz.run(0, REQUESTS, AT_MOST);
      System.out.print(fuzz.report());
      Files.writeString(
          Files.createDirectories(Path.of("target")).resolve("leak-fuzz.txt"), fuzz.report());
      assertThat(fuzz.drift()).as(fuzz.report()).isEmpty();
      assertThat(fuzz.run(0, 0, Duration.ZERO)).as(fuzz.report()).isEmpty();
      assertThat(fuzz.asked()).as("requests asked in " + AT_MOST).isEqualTo(REQUESTS);
      assertThat(fuzz.answered(200) * 4L).as("answers with 2xx").isGreaterThan(fuzz.asked());
    }
  }

  @Test
  @DisplayName("FUZZ-1 a seed and a number draw the same request for ever")
  void sameSeedDrawsTheSame() {
    assertThat(LongStream.range(0, 500).mapToObj(each -> RequestGrammar.draw(7, each)))
        .containsExactlyElementsOf(
            LongStream.range(0, 500).mapToObj(each -> RequestGrammar.draw(7, each)).toList());
  }

  @Test
  @DisplayName("FUZZ-1 a difference is shrunk to the part that makes it")
  void shrinksToThePartThatDiffers() {
    FuzzRequest drawn =
        new FuzzRequest(
                FuzzPersona.all().get(3),
                "POST",
                "",
                List.of("_pretty=true"),
                "{\"resourceType\":\"Bundle\",\"entry\":[{\"a\":[1,2]},{\"b\":\"leak\"}]}")
            .withHeaders(Map.of("Prefer", "return=minimal"));
    FuzzRequest smallest =
        new FuzzShrinker(each -> each.body().contains("leak"), 100).smallest(drawn);
    assertThat(smallest)
        .isEqualTo(
            new FuzzRequest(
                FuzzPersona.all().get(0), "POST", "", List.of(), "{\"entry\":[{\"b\":\"leak\"}]}"));
  }
}
