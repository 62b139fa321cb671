package org.fhiranchor.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.fhiranchor.bench.StarterRounds.Ask;
import org.fhiranchor.bench.store.PostgresCluster;

/**
 * This server, consents enforced, against HAPI's own starter as it ships: each in a process of its
 * own with 2 GB of heap, both on one PostgreSQL with its own defaults, a database each.
 */
final class StarterBenchmark implements Benchmark {
  private static final Duration A_START = Duration.ofMinutes(5);
  private static final Duration A_WARM_UP = Duration.ofSeconds(5);
  private static final Duration WARM_UP = Duration.ofMinutes(20);

  /** Most of one processor that a compiler may still take when the measuring begins. */
  private static final double COMPILING = 0.05;

  private static final AtomicLong NUMBER = new AtomicLong();
  private static final Ask CREATE = (world, n) -> world.create(NUMBER.incrementAndGet());
  private static final Ask READ =
      (world, n) ->
          answered(
              world,
              "Observation/" + GateWorld.observation(patient(n), n % GateWorld.OBSERVATIONS));

  /** No two alike: what HAPI keeps of a search must not answer the next. */
  private static final Ask SEARCH =
      (world, n) ->
          answered(
              world,
              "Observation?patient="
                  + patient(n)
                  + "&_count=10&date=ge"
                  + LocalDate.EPOCH.minusDays(NUMBER.incrementAndGet()));

  @Override
  public String name() {
    return "starter";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    Path war = Path.of(System.getProperty("bench.starter", ""));
    if (!Files.isRegularFile(war)) {
      return missing("the war of HAPI's starter is not at hand (STARTER=path)");
    }
    Optional<PostgresCluster> installed = PostgresCluster.start(scale.work());
    if (installed.isEmpty()) {
      return missing("PostgreSQL is not installed");
    }
    try (PostgresCluster cluster = installed.get();
        Running ours = ours(scale, cluster.create("ours"));
        Running starter = starter(scale, war, cluster.create("starter"))) {
      ours.awaitStart();
      starter.awaitStart();
      GateWorld gated = new GateWorld(ours.base(), ours.data());
      GateWorld plain = new GateWorld(starter.base(), ours.data());
      gated.seed();
      plain.seedRecords();
      StarterRounds rounds = new StarterRounds(gated, plain);
      if (!scale.quick()) {
        warmUp(rounds, ours.process(), starter.process());
      }
      return new BenchmarkOutcome(figures(scale, rounds), List.of());
    }
  }

  private static BenchmarkOutcome missing(String why) {
    return BenchmarkOutcome.of(Figure.missing("against HAPI's starter", "", why));
  }

  /**
   * Until the JIT compilers of both have little left to do. On two cores that takes many minutes,
   * and longer here, where more code runs: what is measured before is the compiler.
   */
  private static void warmUp(StarterRounds rounds, Process... servers) throws InterruptedException {
    Instant end = Instant.now().plus(WARM_UP);
    double share = 1;
    while (share > COMPILING && Instant.now().isBefore(end)) {
      List<Double> before = compiled(servers);
      Instant began = Instant.now();
      for (Ask ask : List.of(CREATE, READ, SEARCH)) {
        rounds.warmUp(16, A_WARM_UP, ask);
      }
      double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
      List<Double> after = compiled(servers);
      share = 0;
      for (int i = 0; i < servers.length; i++) {
        share = Math.max(share, (after.get(i) - before.get(i)) / seconds);
      }
    }
  }

  private static List<Double> compiled(Process... servers) {
    return Stream.of(servers).map(CompilerTime::seconds).toList();
  }

  private static List<Figure> figures(Scale scale, StarterRounds rounds)
      throws InterruptedException {
    List<Figure> figures = new ArrayList<>();
    figures.add(rounds.measure(scale, "creates, 4 clients", 4, 0.85, CREATE));
    figures.add(rounds.measure(scale, "creates, 16 clients", 16, 0.90, CREATE));
    figures.add(rounds.measure(scale, "reads, 4 clients", 4, 0.95, READ));
    figures.add(rounds.measure(scale, "searches of one patient, 4 clients", 4, 0.95, SEARCH));
    return figures;
  }

  private static String patient(int number) {
    return "p" + number % GateWorld.CONSENTING;
  }

  private static void answered(GateWorld world, String path)
      throws IOException, InterruptedException {
    int status = world.read(path).statusCode();
    if (status != 200) {
      throw new IOException("GET " + path + ": got " + status);
    }
  }

  private static Running ours(Scale scale, String database) throws IOException {
    Path jar = scale.root().resolve("fhir-server/target/fhir-server.jar");
    return Running.start(
        scale,
        "ours",
        database,
        List.of("-jar", jar.toString()),
        "--anchor.ledger.embedded.node-modules=" + scale.root().resolve("node_modules"));
  }

  private static Running starter(Scale scale, Path war, String database) throws IOException {
    return Running.start(
        scale,
        "starter",
        database,
        List.of("-jar", war.toString()),
        "--spring.jpa.properties.hibernate.dialect="
            + "ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect");
  }

  /** A server in a process, in a folder of its own. */
  private record Running(Process process, URI base, Path data, Path output)
      implements AutoCloseable {
    static Running start(
        Scale scale, String name, String database, List<String> program, String setting)
        throws IOException {
      Path folder = Files.createDirectory(scale.work().resolve(name));
      int port = PostgresCluster.freePort();
      Path data = folder.resolve("data");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Xmx2g");
      command.addAll(program);
      Stream.of(
              "--server.port=" + port,
              "--anchor.data=" + data,
              "--spring.datasource.url=" + database,
              "--spring.datasource.username=postgres",
              "--spring.datasource.password=",
              "--spring.datasource.driver-class-name=org.postgresql.Driver",
              setting)
          .forEach(command::add);
      Path output = folder.resolve("output");
      return new Running(
          Program.start(folder, command, output),
          URI.create("http://localhost:" + port + "/fhir"),
          data,
          output);
    }

    /** Until it says what it can do. */
    void awaitStart() throws IOException, InterruptedException {
      Instant end = Instant.now().plus(A_START);
      while (!answers()) {
        if (!process.isAlive() || Instant.now().isAfter(end)) {
          throw new IOException(base + " does not answer: " + Files.readString(output));
        }
        process.waitFor(200, TimeUnit.MILLISECONDS);
      }
    }

    private boolean answers() throws IOException, InterruptedException {
      HttpRequest metadata = HttpRequest.newBuilder(URI.create(base + "/metadata")).build();
      try {
        return HttpClient.newHttpClient().send(metadata, BodyHandlers.discarding()).statusCode()
            == 200;
      } catch (ConnectException notYet) {
        return false;
      }
    }

    @Override
    public void close() {
      try {
        Program.end(process);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
