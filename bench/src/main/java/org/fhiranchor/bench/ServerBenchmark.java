package org.fhiranchor.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.server.FhirAnchorServer;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole server over HTTP: what recording costs, and how long a write waits for the log. */
final class ServerBenchmark implements Benchmark {
  @Override
  public String name() {
    return "server";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    Path data = scale.work().resolve("data");
    try (ConfigurableApplicationContext server =
        start(scale, data, "--anchor.consent.enforce=off")) {
      String port = server.getEnvironment().getRequiredProperty("local.server.port");
      FhirClient client = new FhirClient(URI.create("http://localhost:" + port + "/fhir"), data);
      List<Figure> figures = new ArrayList<>();
      figures.addAll(new RecorderRounds(server, client).measure(scale));
      figures.addAll(new CheckpointDelay(server, client).measure(scale));
      return new BenchmarkOutcome(figures, List.of());
    }
  }

  /** A server of our own with these settings besides. */
  static ConfigurableApplicationContext start(Scale scale, Path data, String... settings) {
    Stream<String> usual =
        Stream.of(
            "--server.port=0",
            "--anchor.data=" + data,
            "--anchor.ledger.embedded.node-modules=" + scale.root().resolve("node_modules"));
    return FhirAnchorServer.application()
        .run(Stream.concat(usual, Stream.of(settings)).toArray(String[]::new));
  }
}
