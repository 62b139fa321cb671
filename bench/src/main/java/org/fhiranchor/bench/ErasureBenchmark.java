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

/** What the log does to erase 1,000 versions, from 10^3 to 10^6 leaves (ERA-2). */
final class ErasureBenchmark implements Benchmark {
  private static final List<Long> SIZES = List.of(1_000L, 10_000L, 100_000L, 1_000_000L);
  private static final List<Long> QUICK_SIZES = List.of(1_000L, 10_000L);

  @Override
  public String name() {
    return "erasure";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    LogSigningKey key = LogSigningKey.generate("log.example.org/fhir", new SecureRandom());
    List<Figure> figures = new ArrayList<>();
    Optional<PostgresDatabase> postgres = PostgresDatabase.in(scale.work(), key);
    if (postgres.isPresent()) {
      try (PostgresDatabase database = postgres.get()) {
        figures.addAll(figures(database, key, scale));
      }
    } else {
      figures.add(Figure.missing("erasure in PostgreSQL", "s", "not here"));
    }
    try (H2Database database = H2Database.in(scale.work(), "erasure", key)) {
      figures.addAll(figures(database, key, scale));
    }
    return new BenchmarkOutcome(figures, List.of());
  }

  private static List<Figure> figures(ScratchDatabase database, LogSigningKey key, Scale scale) {
    List<Figure> figures = new ArrayList<>();
    LogGrowth growth = new LogGrowth(database, key);
    ErasedVersions erased = new ErasedVersions(database, key);
    erased.round();
    for (long size : scale.quick() ? QUICK_SIZES : SIZES) {
      growth.growTo(size);
      database.analyze();
      List<Double> seconds = new ArrayList<>();
      List<Double> processor = new ArrayList<>();
      for (int i = 0; i < scale.pick(5, 2); i++) {
        ErasedVersions.Round round = erased.round();
        seconds.add(round.seconds());
        processor.add(round.processor());
      }
      Samples samples = Samples.of(seconds);
      figures.add(
          Figure.held(
              "erasing %,d versions at %,d leaves, %s"
                  .formatted(ErasedVersions.VERSIONS, size, database.name()),
              samples.median(),
              "s",
              Requirement.atMost(1),
              "named in the signed tree, checked and emptied; HAPI's own deletes are not in it ("
                  + samples.spread()
                  + "); "
                  + Figure.number(Samples.of(processor).median())
                  + " s of this process's processor time"));
    }
    return figures;
  }
}
