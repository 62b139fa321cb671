package org.fhiranchor.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.merkle.CanonicalResource;

/** Megabytes of FHIR JSON brought into canonical form and hashed in a second, on one thread. */
final class CanonicalFormBenchmark implements Benchmark {
  private static final int MOST_BYTES = 1 << 20;

  /** Some examples have an id that no server would give. */
  private static final String ID = "[A-Za-z0-9.-]{1,64}";

  private final ObjectMapper mapper =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  @Override
  public String name() {
    return "canonical-form";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException {
    List<byte[]> resources = resources(scale);
    long bytes = resources.stream().mapToLong(one -> one.length).sum();
    for (int i = 0; i < scale.pick(5, 1); i++) {
      round(resources);
    }
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < scale.pick(15, 3); i++) {
      rates.add(bytes / 1e6 / round(resources));
    }
    Samples samples = Samples.of(rates);
    return BenchmarkOutcome.of(
        Figure.held(
            "canonical form and digest, one core",
            samples.median(),
            "MB/s",
            Requirement.atLeast(50),
            "by processor time, median of rounds over %d HL7 examples, %.0f MB (%s)"
                .formatted(resources.size(), bytes / 1e6, samples.spread())));
  }

  private static double round(List<byte[]> resources) {
    double start = ProcessorTime.ofThisThread();
    int bits = 0;
    for (byte[] resource : resources) {
      bits ^= CanonicalResource.of(resource).sha256().hashCode();
    }
    double seconds = ProcessorTime.ofThisThread() - start;
    return seconds + (bits == 42 ? 1e-12 : 0);
  }

  /** Every so many of HL7's examples, as a read would return them: compact, with a version. */
  private List<byte[]> resources(Scale scale) throws IOException {
    Path folder = scale.root().resolve("node_modules/hl7.fhir.r4.examples");
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    List<byte[]> resources = new ArrayList<>();
    for (int i = 0; i < files.size(); i += scale.pick(3, 40)) {
      if (Files.size(files.get(i)) <= MOST_BYTES) {
        add(mapper.readTree(Files.readAllBytes(files.get(i))), resources);
      }
    }
    return resources;
  }

  private void add(JsonNode tree, List<byte[]> resources) throws IOException {
    if (tree instanceof ObjectNode resource
        && resource.has("resourceType")
        && resource.path("id").asText().matches(ID)) {
      resource
          .withObject("/meta")
          .put("versionId", "1")
          .put("lastUpdated", "2026-11-22T10:15:30.123+01:00");
      resources.add(mapper.writeValueAsBytes(resource));
    }
  }
}
