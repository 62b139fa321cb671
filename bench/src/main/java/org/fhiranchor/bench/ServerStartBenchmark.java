package org.fhiranchor.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Time from the command behind {@code make run}, built, to a server that answers. */
final class ServerStartBenchmark implements Benchmark {
  @Override
  public String name() {
    return "server-start";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    double first = start(scale, scale.work().resolve("first"));
    List<Double> again = new ArrayList<>();
    for (int i = 0; i < scale.pick(3, 1); i++) {
      again.add(start(scale, scale.work().resolve("first")));
    }
    Samples samples = Samples.of(again);
    return BenchmarkOutcome.of(
        Figure.told(
            "make run to ready, empty data folder", first, "s", "one run, tables are created"),
        Figure.told(
            "make run to ready, existing data folder",
            samples.median(),
            "s",
            "median (" + samples.spread() + ")"));
  }

  private static double start(Scale scale, Path data) throws IOException, InterruptedException {
    return Program.secondsTo(
        scale.root(),
        List.of("scripts/run.sh", "--port", "0", "--data", data.toString()),
        "ready ");
  }
}
