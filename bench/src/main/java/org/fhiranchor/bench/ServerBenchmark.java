package org.fhiranchor.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.server.FhirAnchorServer;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole server over HTTP: what recording costs, and how long a write waits for the log. */
final class ServerBenchmark implements Benchmark {
  @Override
  public String name() {
    return "server";
  }

  @Override
  public Outcome measure(Scale scale) throws IOException, InterruptedException {
    Path data = scale.work().resolve("data");
    try (ConfigurableApplicationContext server = start(scale, data)) {
      String port = server.getEnvironment().getRequiredProperty("local.server.port");
      FhirClient client = new FhirClient(URI.create("http://localhost:" + port + "/fhir"), data);
      List<Figure> figures = new ArrayList<>();
      figures.addAll(new RecorderRounds(server, client).measure(scale));
      figures.addAll(new CheckpointDelay(server, client).measure(scale));
      return new Outcome(figures, List.of());
    }
  }

  private static ConfigurableApplicationContext start(Scale scale, Path data) {
    return FhirAnchorServer.application()
        .run(
            "--server.port=0",
            "--anchor.data=" + data,
            "--anchor.consent.enforce=off",
            "--anchor.ledger.embedded.node-modules=" + scale.root().resolve("node_modules"));
  }
}
