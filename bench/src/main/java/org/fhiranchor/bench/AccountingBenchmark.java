package org.fhiranchor.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.bench.store.PostgresCluster;
import org.fhiranchor.interceptors.disclosure.DisclosureJournal;
import org.fhiranchor.interceptors.log.LogStore;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A patient's whole request for an accounting of 10,000 records (EXP-3): a server with PostgreSQL
 * in this process, from the request to the last byte of the answer.
 */
final class AccountingBenchmark implements Benchmark {
  private static final int WARM = 5;

  @Override
  public String name() {
    return "accounting";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    Optional<PostgresCluster> installed = PostgresCluster.start(scale.work());
    if (installed.isEmpty()) {
      return BenchmarkOutcome.of(
          Figure.missing("$disclosures over HTTP", "ms", "PostgreSQL is not installed"));
    }
    Path data = Files.createDirectory(scale.work().resolve("server"));
    try (PostgresCluster cluster = installed.get();
        ConfigurableApplicationContext server =
            ServerBenchmark.start(
                scale,
                data,
                "--spring.datasource.url=" + cluster.create("accounting"),
                "--spring.datasource.username=postgres",
                "--spring.datasource.password=",
                "--spring.datasource.driver-class-name=org.postgresql.Driver")) {
      String port = server.getEnvironment().getRequiredProperty("local.server.port");
      GateWorld world = new GateWorld(URI.create("http://localhost:" + port + "/fhir"), data);
      String patient = JournalWorld.MANY.value();
      world.patient(patient);
      DisclosureJournal journal = server.getBean(DisclosureJournal.class);
      JournalWorld.fill(journal, JournalWorld.MANY, JournalWorld.OF_MANY);
      while (server.getBean(LogStore.class).pendingCount() > 0) {
        Thread.onSpinWait();
      }
      return BenchmarkOutcome.of(figure(world, patient, scale.pick(20, 5)));
    }
  }

  private static Figure figure(GateWorld world, String patient, int rounds)
      throws IOException, InterruptedException {
    String path = "Patient/" + patient + "/$disclosures?_count=" + JournalWorld.OF_MANY;
    String token = world.patientToken(patient);
    List<Double> millis = new ArrayList<>();
    int bytes = 0;
    for (int i = 0; i < WARM + rounds; i++) {
      long start = System.nanoTime();
      HttpResponse<String> answer = world.get(path, token);
      if (i >= WARM) {
        millis.add((System.nanoTime() - start) / 1e6);
      }
      if (answer.statusCode() != 200) {
        throw new IOException(path + ": got " + answer.statusCode() + " " + answer.body());
      }
      bytes = answer.body().length();
    }
    Samples samples = Samples.of(millis);
    return Figure.held(
        "$disclosures over HTTP, whole request, PostgreSQL",
        samples.median(),
        "ms",
        Requirement.atMost(1_000),
        "10,000 records, %,d bytes of FHIR JSON, after %d requests to warm up (%s)"
            .formatted(bytes, WARM, samples.spread()));
  }
}
