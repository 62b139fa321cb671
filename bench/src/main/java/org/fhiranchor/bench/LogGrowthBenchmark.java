package org.fhiranchor.bench;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.bench.store.H2Database;
import org.fhiranchor.bench.store.PostgresDatabase;
import org.fhiranchor.bench.store.ScratchDatabase;
import org.fhiranchor.merkle.LogSigningKey;

/** The real store and sequencer on both databases, from nothing to 2^20 leaves. */
final class LogGrowthBenchmark implements Benchmark {
  private static final List<Long> SIZES = List.of(10_000L, 100_000L, SampleProof.LEAVES);
  private static final List<Long> QUICK_SIZES = List.of(10_000L, 30_000L);

  @Override
  public String name() {
    return "log-growth";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    LogSigningKey key = LogSigningKey.generate("log.example.org/fhir", new SecureRandom());
    List<BenchmarkOutcome> outcomes = new ArrayList<>();
    try (H2Database warm = H2Database.in(scale.work(), "warm", key)) {
      new LogGrowth(warm, key).growTo(scale.pick(40_000, 5_000));
    }
    try (H2Database h2 = H2Database.in(scale.work(), "log", key)) {
      outcomes.add(grow(h2, key, scale));
    }
    Optional<PostgresDatabase> postgres = PostgresDatabase.in(scale.work(), key);
    if (postgres.isPresent()) {
      try (PostgresDatabase database = postgres.get()) {
        outcomes.add(grow(database, key, scale));
      }
    } else {
      outcomes.add(
          BenchmarkOutcome.of(
              Figure.missing("sequencing into PostgreSQL", "leaves/s", "not here")));
    }
    return new BenchmarkOutcome(
        outcomes.stream().flatMap(one -> one.figures().stream()).toList(),
        outcomes.stream().flatMap(one -> one.tables().stream()).toList());
  }

  private static BenchmarkOutcome grow(ScratchDatabase database, LogSigningKey key, Scale scale) {
    LogGrowth growth = new LogGrowth(database, key);
    List<LogGrowth.Stage> stages = new ArrayList<>();
    for (long size : scale.quick() ? QUICK_SIZES : SIZES) {
      stages.add(growth.growTo(size));
    }
    return new BenchmarkOutcome(
        figures(database.name(), stages), List.of(table(database.name(), stages)));
  }

  private static List<Figure> figures(String database, List<LogGrowth.Stage> stages) {
    LogGrowth.Stage last = stages.get(stages.size() - 1);
    return List.of(
        Figure.held(
            "sequencing into " + database,
            growthRate(stages),
            "leaves/s",
            Requirement.atLeast(10_000),
            "all rounds of 4,096 up to %,d leaves, signed and committed".formatted(last.size())),
        Figure.held(
            "proof file from " + database,
            last.proofBytes(),
            "bytes",
            Requirement.atMost(4096),
            "largest of 200 at %,d leaves, anchored".formatted(last.size())));
  }

  private static double growthRate(List<LogGrowth.Stage> stages) {
    double seconds = stages.stream().mapToDouble(LogGrowth.Stage::seconds).sum();
    return stages.get(stages.size() - 1).size() / seconds;
  }

  private static Table table(String database, List<LogGrowth.Stage> stages) {
    return new Table(
        "As the log grows: " + database,
        List.of(
            "Leaves",
            "Sequencing, leaves/s",
            "Processor time, µs a leaf",
            "Proof, median ms",
            "Proof, p99 ms",
            "Database bytes a leaf",
            "Largest proof file, bytes"),
        stages.stream().map(LogGrowthBenchmark::row).toList());
  }

  private static List<String> row(LogGrowth.Stage stage) {
    return List.of(
        "%,d".formatted(stage.size()),
        Figure.number(stage.rate()),
        Figure.number(stage.processorMicros()),
        Figure.number(stage.proofs().median()),
        Figure.number(stage.proofs().percentile(99)),
        Figure.number((double) stage.databaseBytes() / stage.size()),
        Integer.toString(stage.proofBytes()));
  }
}
