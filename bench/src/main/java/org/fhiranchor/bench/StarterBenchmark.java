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
      return new BenchmarkOutcome(figures(scale, new StarterRounds(gated, plain)), List.of());
    }
  }

  private static BenchmarkOutcome missing(String why) {
    return BenchmarkOutcome.of(Figure.missing("against HAPI's starter", "", why));
  }

  private static List<Figure> figures(Scale scale, StarterRounds rounds)
      throws InterruptedException {
    AtomicLong number = new AtomicLong();
    Ask create = (world, n) -> world.create(number.incrementAndGet());
    Ask read =
        (world, n) ->
            answered(
                world,
                "Observation/" + GateWorld.observation(patient(n), n % GateWorld.OBSERVATIONS));
    Ask search =
        (world, n) ->
            answered(
                world,
                "Observation?patient="
                    + patient(n)
                    + "&_count=10&date=ge"
                    + LocalDate.EPOCH.minusDays(number.incrementAndGet()));
    List<Figure> figures = new ArrayList<>();
    figures.add(rounds.measure(scale, "creates, 4 clients", 4, 0.85, create));
    figures.add(rounds.measure(scale, "creates, 16 clients", 16, 0.90, create));
    figures.add(rounds.measure(scale, "reads, 4 clients", 4, 0.95, read));
    figures.add(rounds.measure(scale, "searches of one patient, 4 clients", 4, 0.95, search));
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
