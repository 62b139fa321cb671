package org.fhiranchor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Wall time of the verifier's jar, from nothing to its verdict. */
final class VerifierStartBenchmark implements Benchmark {
  private static final int RUNS = 10;

  @Override
  public String name() {
    return "verifier-start";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    List<String> command = command(scale, SampleProof.make());
    Program.run(scale.root(), command);
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < scale.pick(RUNS, 3); i++) {
      long start = System.nanoTime();
      Program.run(scale.root(), command);
      seconds.add((System.nanoTime() - start) / 1e9);
    }
    Samples samples = Samples.of(seconds);
    return BenchmarkOutcome.of(
        Figure.held(
            "verifier, start to verdict",
            samples.median(),
            "s",
            Requirement.atMost(0.7),
            "median of java -jar verifier.jar with a pinned head (" + samples.spread() + ")"));
  }

  private static List<String> command(Scale scale, SampleProof sample) throws IOException {
    Path resource = Files.writeString(scale.work().resolve("resource.json"), sample.resource());
    Path proof = Files.writeString(scale.work().resolve("proof.json"), sample.proof());
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-jar",
        scale.root().resolve("verifier/target/verifier.jar").toString(),
        resource.toString(),
        proof.toString(),
        "--key",
        sample.key().toString(),
        "--head",
        sample.head().size().value() + ":" + sample.head().root().hex());
  }
}
