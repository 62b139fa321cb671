package org.fhiranchor.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
  private final BenchmarkReport report =
      new BenchmarkReport(
          new Machine("a processor", 2, "1 kB", "17", "a system"),
          Instant.parse("2026-11-22T10:15:30Z"),
          true);

  @Test
  void aFigureAtItsLimitPassesAndOnePastItIsMissed() {
    assertThat(held(0.7, Requirement.atMost(0.7)).verdict()).isEqualTo("PASS");
    assertThat(held(0.701, Requirement.atMost(0.7)).verdict()).isEqualTo("MISSED");
    assertThat(held(0.95, Requirement.atLeast(0.95)).verdict()).isEqualTo("PASS");
    assertThat(held(0.949, Requirement.atLeast(0.95)).verdict()).isEqualTo("MISSED");
  }

  @Test
  void whatCouldNotBeMeasuredIsNeitherPassedNorMissed() {
    assertThat(Figure.missing("f", "s", "no such program").verdict()).isEqualTo("NOT MEASURED");
  }

  @Test
  void writesEveryFigureWithItsVerdictAndTheLoad(@TempDir Path folder) throws IOException {
    report.add(BenchmarkOutcome.of(held(2, Requirement.atMost(1))), "0.10 to 0.20");
    report.save(folder);
    assertThat(Files.readString(folder.resolve("results.md")))
        .contains("| f | 2.000 s | at most 1.000 | MISSED | somehow | 0.10 to 0.20 |")
        .contains("Shortened run");
    assertThat(Files.readString(folder.resolve("results.json"))).contains("\"value\" : 2.0");
  }

  @Test
  void onlyAnErrorFailsTheRun() {
    report.add(BenchmarkOutcome.of(held(2, Requirement.atMost(1))), "");
    assertThat(report.failed()).isFalse();
    report.error("gas", "no node");
    assertThat(report.failed()).isTrue();
    assertThat(report.markdown()).contains("FAILED: gas: no node");
  }

  @Test
  void mediansAndPercentilesAreOfTheSortedSamples() {
    Samples samples = Samples.of(List.of(4.0, 1.0, 3.0, 2.0));
    assertThat(samples.median()).isEqualTo(2.5);
    assertThat(samples.percentile(99)).isEqualTo(4.0);
    assertThat(samples.percentile(50)).isEqualTo(2.0);
  }

  private static Figure held(double value, Requirement requirement) {
    return Figure.held("f", value, "s", requirement, "somehow");
  }
}
