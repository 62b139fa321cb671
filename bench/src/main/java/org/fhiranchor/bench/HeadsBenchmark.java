package org.fhiranchor.bench;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.bench.store.H2Database;
import org.fhiranchor.bench.store.PostgresDatabase;
import org.fhiranchor.merkle.LogSigningKey;

/** The map of heads of a large hospital, and what an anchor interval of it changes (DIS-6). */
final class HeadsBenchmark implements Benchmark {
  @Override
  public String name() {
    return "heads";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    LogSigningKey key = LogSigningKey.generate("log.example.org/fhir", new SecureRandom());
    int patients = scale.pick(1_000_000, 50_000);
    int changed = scale.pick(20_000, 1_000);
    List<Figure> figures = new ArrayList<>();
    try (H2Database h2 = H2Database.in(scale.work(), "heads", key)) {
      figures.addAll(figures(h2.name(), new HeadsGrowth(h2, patients), changed, scale));
    }
    Optional<PostgresDatabase> postgres = PostgresDatabase.in(scale.work(), key);
    if (postgres.isPresent()) {
      try (PostgresDatabase database = postgres.get()) {
        figures.addAll(
            figures(database.name(), new HeadsGrowth(database, patients), changed, scale));
      }
    } else {
      figures.add(Figure.missing("heads in PostgreSQL", "s", "not here"));
    }
    return new BenchmarkOutcome(figures, List.of());
  }

  private static List<Figure> figures(
      String database, HeadsGrowth growth, int changed, Scale scale) {
    List<Double> whole = new ArrayList<>();
    List<Double> map = new ArrayList<>();
    int warm = scale.pick(5, 1);
    for (int i = 0; i < scale.pick(15, 3) + warm; i++) {
      HeadsGrowth.Round round = growth.change(changed);
      if (i >= warm) {
        whole.add(round.seconds());
        map.add(round.mapSeconds());
      }
    }
    String what = "%,d changed of %,d patients".formatted(changed, growth.patients());
    Samples samples = Samples.of(whole);
    return List.of(
        Figure.held(
            "heads in " + database,
            samples.median(),
            "s",
            Requirement.atMost(1),
            what + ", parts read, changed, written and committed (" + samples.spread() + ")"),
        Figure.told(
            "heads in " + database + ", without the database",
            Samples.of(map).median(),
            "s",
            "checks and hashes alone, of the same rounds"));
  }
}
