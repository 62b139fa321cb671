package org.fhiranchor.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Measures everything, or the benchmarks named as arguments, and prints one table. System
 * properties: {@code anchor.root} (the checkout), {@code bench.quick=true} (shortened rounds),
 * {@code bench.starter} (the executable war of HAPI's starter). Exit status 0 when everything was
 * measured, met or missed; 1 when something could not be.
 */
public final class BenchMain {
  private static final List<Benchmark> ALL =
      List.of(
          new CanonicalFormBenchmark(),
          new ProofBenchmark(),
          new VerifierStartBenchmark(),
          new GasBenchmark(),
          new ServerStartBenchmark(),
          new ServerBenchmark(),
          new GateBenchmark(),
          new LogGrowthBenchmark(),
          new HeadsBenchmark(),
          JournalBenchmark.onPostgres(),
          JournalBenchmark.onH2(),
          new AccountingBenchmark(),
          new DisclosureBenchmark(),
          new ErasureBenchmark(),
          new StarterBenchmark());

  private BenchMain() {}

  /** Entry point. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Path root = Path.of(System.getProperty("anchor.root", ".")).toAbsolutePath().normalize();
    BenchmarkReport report = run(root, Boolean.getBoolean("bench.quick"), Set.of(arguments), out);
    report.save(root.resolve("bench/target/results"));
    out.println();
    out.println(report.markdown());
    out.println("written to bench/target/results");
    System.exit(report.failed() ? 1 : 0);
  }

  private static BenchmarkReport run(Path root, boolean quick, Set<String> only, PrintStream out)
      throws IOException, InterruptedException {
    BenchmarkReport report = new BenchmarkReport(Machine.here(), Instant.now(), quick);
    for (Benchmark benchmark : ALL) {
      if (only.isEmpty() || only.contains(benchmark.name())) {
        measure(benchmark, root, quick, report, out);
      }
    }
    return report;
  }

  /** The boundary: one benchmark that fails does not keep the others from being measured. */
  private static void measure(
      Benchmark benchmark, Path root, boolean quick, BenchmarkReport report, PrintStream out)
      throws InterruptedException {
    String load = Machine.load();
    Instant start = Instant.now();
    out.println("measuring " + benchmark.name() + " load=" + load);
    try (WorkFolder work = WorkFolder.create()) {
      BenchmarkOutcome outcome = benchmark.measure(new Scale(quick, root, work.path()));
      report.add(outcome, load + " to " + Machine.load());
      outcome.figures().forEach(figure -> out.println("  " + line(figure)));
    } catch (IOException | RuntimeException failed) {
      report.error(benchmark.name(), failed.toString());
      failed.printStackTrace(out);
    }
    out.println("  took " + Duration.between(start, Instant.now()).toSeconds() + " s");
  }

  private static String line(Figure figure) {
    return figure.name() + ": " + figure.valueText() + " " + figure.verdict();
  }
}
