package org.fhiranchor.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;

/** Size of a proof file at 2^20 leaves, and the time to verify it in a warm JVM. */
final class ProofBenchmark implements Benchmark {
  @Override
  public String name() {
    return "proof";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) {
    SampleProof sample = SampleProof.make();
    for (int i = 0; i < scale.pick(2000, 50); i++) {
      verify(sample);
    }
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < scale.pick(2000, 50); i++) {
      millis.add(verify(sample));
    }
    Samples samples = Samples.of(millis);
    return BenchmarkOutcome.of(
        Figure.held(
            "proof file at 2^20 leaves",
            bytes(sample.proof()).length,
            "bytes",
            Requirement.atMost(4096),
            "anchored, update with predecessor, " + SampleProof.LEAVES + " leaves"),
        Figure.held(
            "verify a proof",
            samples.median(),
            "ms",
            Requirement.atMost(5),
            "median of a resource of %d bytes and its proof, p99 %s ms (%s)"
                .formatted(
                    bytes(sample.resource()).length,
                    Figure.number(samples.percentile(99)),
                    samples.spread())));
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static double verify(SampleProof sample) {
    byte[] resource = bytes(sample.resource());
    byte[] proof = bytes(sample.proof());
    long start = System.nanoTime();
    Verdict verdict = Verification.ofResource(resource, proof, sample.key(), sample.head());
    double millis = (System.nanoTime() - start) / 1e6;
    if (!(verdict instanceof Verdict.Verified)) {
      throw new IllegalStateException("verify: want verified, got " + verdict);
    }
    return millis;
  }
}
