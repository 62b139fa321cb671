package org.fhiranchor.interceptors.consent.following;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each fault of a node, in front of a real chain and a real database (FOL-6, FOL-7, FOL-8). */
@Tag("alone")
@SuppressWarnings("NullAway.Init")
final class FaultyNodeTest {
  /** Nearly all of a trial is waiting. */
  private static final int LANES = 6;

  @TempDir static Path folder;
  private static final BlockingQueue<FaultTrial> FREE = new LinkedBlockingQueue<>();
  private static final ExecutorService THREADS = Executors.newFixedThreadPool(LANES);
  private static final Map<LedgerFault, Future<?>> TRIALS = new EnumMap<>(LedgerFault.class);

  @BeforeAll
  static void start() {
    for (int lane = 0; lane < LANES; lane++) {
      FREE.add(FaultTrial.on(FollowedChain.start(folder.resolve("lane-" + lane))));
    }
    for (LedgerFault fault : LedgerFault.values()) {
      TRIALS.put(fault, THREADS.submit(() -> bear(fault)));
    }
  }

  private static Void bear(LedgerFault fault) throws InterruptedException {
    FaultTrial trial = FREE.take();
    try {
      trial.bear(fault);
    } finally {
      FREE.add(trial);
    }
    return null;
  }

  @AfterAll
  static void stop() throws InterruptedException {
    THREADS.shutdownNow();
    assertThat(THREADS.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    FREE.forEach(FaultTrial::close);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(LedgerFault.class)
  @DisplayName("FOL-6 FOL-7 a fault of a node permits nothing, forgets nothing, and passes")
  void bearsTheFault(LedgerFault fault) throws Exception {
    Objects.requireNonNull(TRIALS.get(fault)).get(5, TimeUnit.MINUTES);
  }

  @Test
  @DisplayName("FOL-6 the operators' table has a row for each fault, and no other")
  void theTableIsThis() throws IOException {
    List<String> rows =
        Files.readAllLines(FollowedChain.root().resolve("docs/operate/ledger-faults.md")).stream()
            .takeWhile(line -> !line.equals("## What to do"))
            .filter(line -> line.startsWith("| `"))
            .map(
                line ->
                    line.split("`", -1)[1] + line.split("\\|", -1)[3].strip().split("[ .]", -1)[0])
            .toList();
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(LedgerFault.values())
                .map(
                    fault ->
                        fault.title()
                            + (fault.during() == LedgerFault.During.HEARS ? "heard" : "waits"))
                .toList());
    assertThat(rows).hasSizeGreaterThanOrEqualTo(30);
  }
}
