package org.fhiranchor.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.bench.store.DurableCommits;
import org.fhiranchor.bench.store.PostgresCluster;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What a record of each answer costs (DIS-7): two servers in this process, the gate on in both and
 * the journal in one, each with a database of its own on one PostgreSQL.
 */
final class DisclosureBenchmark implements Benchmark {
  private static final int MANY = 16;
  private static final double HALF_LOAD = 0.97;
  private static final double SATURATED = 0.90;
  private static final Pattern TOTAL = Pattern.compile("\"total\": *([0-9]+)");

  @Override
  public String name() {
    return "disclosure";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    Optional<PostgresCluster> installed = PostgresCluster.start(scale.work());
    if (installed.isEmpty()) {
      return BenchmarkOutcome.of(Figure.missing("journal", "", "PostgreSQL is not installed"));
    }
    try (PostgresCluster cluster = installed.get()) {
      String with = cluster.create("with_journal");
      String without = cluster.create("without_journal");
      DurableCommits commits = DurableCommits.of(with);
      try (ConfigurableApplicationContext on = start(scale, "with", with, true);
          ConfigurableApplicationContext off = start(scale, "without", without, false)) {
        DisclosureRounds rounds =
            new DisclosureRounds(world(scale, on, "with"), world(scale, off, "without"));
        List<Figure> figures = new ArrayList<>(figures(scale, rounds, commits));
        figures.add(visible(scale, rounds.with()));
        return new BenchmarkOutcome(figures, List.of());
      }
    }
  }

  private static ConfigurableApplicationContext start(
      Scale scale, String name, String database, boolean journal) throws IOException {
    Path data = Files.createDirectory(scale.work().resolve(name));
    return ServerBenchmark.start(
        scale,
        data,
        "--spring.datasource.url=" + database,
        "--spring.datasource.username=postgres",
        "--spring.datasource.password=",
        "--spring.datasource.driver-class-name=org.postgresql.Driver",
        "--anchor.disclosures.enabled=" + journal);
  }

  private static GateWorld world(Scale scale, ConfigurableApplicationContext server, String name)
      throws IOException, InterruptedException {
    String port = server.getEnvironment().getRequiredProperty("local.server.port");
    GateWorld world =
        new GateWorld(URI.create("http://localhost:" + port + "/fhir"), scale.work().resolve(name));
    world.seed();
    return world;
  }

  private static List<Figure> figures(Scale scale, DisclosureRounds rounds, DurableCommits commits)
      throws InterruptedException {
    DisclosureRounds.Result one = rounds.measure(scale, 1, 0);
    double commit = Samples.of(commits.millis(scale.pick(500, 100))).median();
    DisclosureRounds.Result many = rounds.measure(scale, MANY, 0);
    double half = many.rate().median() / 2;
    DisclosureRounds.Result calm = rounds.measure(scale, MANY, half);
    String paired = "journal on against off, gate on, PostgreSQL, paired rounds";
    return List.of(
        Figure.held(
            "median of a read, added by its record, one client",
            one.added().median(),
            "ms",
            Requirement.atMost(commit),
            "at most one commit of this database, %s ms beside it (%s)"
                .formatted(Figure.number(commit), one.added().spread())),
        figure("reads, 16 clients, throughput", many.throughput(), SATURATED, paired, many),
        figure("reads, 16 clients, medians", many.speed(), SATURATED, paired, many),
        figure("reads at half that load, throughput", calm.throughput(), HALF_LOAD, paired, calm),
        figure("reads at half that load, medians", calm.speed(), HALF_LOAD, paired, calm));
  }

  /** From the answer of a read until the patient's own search counts it, that search included. */
  private static Figure visible(Scale scale, GateWorld world)
      throws IOException, InterruptedException {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < scale.pick(500, 100); i++) {
      String patient = "p" + i % GateWorld.CONSENTING;
      String token = world.patientToken(patient);
      String before = world.told(patient, token).body();
      world.read("Observation/" + GateWorld.observation(patient, 0));
      long start = System.nanoTime();
      while (total(world.told(patient, token).body()) <= total(before)) {
        Thread.onSpinWait();
      }
      millis.add((System.nanoTime() - start) / 1e6);
    }
    Samples samples = Samples.of(millis);
    return Figure.held(
        "a read, until its patient sees the record, p99",
        samples.percentile(99),
        "ms",
        Requirement.atMost(2_000),
        "as AuditEvent, asked again and again over HTTP (" + samples.spread() + ")");
  }

  private static int total(String bundle) {
    Matcher found = TOTAL.matcher(bundle);
    if (!found.find()) {
      throw new IllegalStateException("want a Bundle with its total, got " + bundle);
    }
    return Integer.parseInt(found.group(1));
  }

  private static Figure figure(
      String name, Samples ratio, double limit, String how, DisclosureRounds.Result result) {
    return Figure.held(
        name,
        ratio.median(),
        "",
        Requirement.atLeast(limit),
        "%s (%s); %s a second"
            .formatted(how, ratio.spread(), Figure.number(result.rate().median())));
  }
}
