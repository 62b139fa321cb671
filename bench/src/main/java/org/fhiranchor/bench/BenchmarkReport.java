package org.fhiranchor.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** All figures of one run, as Markdown and as JSON. */
final class BenchmarkReport {
  private final Machine machine;
  private final Instant started;
  private final boolean quick;
  private final List<Measured> measured = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  BenchmarkReport(Machine machine, Instant started, boolean quick) {
    this.machine = machine;
    this.started = started;
    this.quick = quick;
  }

  /** An outcome and the machine's load around it. */
  private record Measured(BenchmarkOutcome outcome, String load) {}

  void add(BenchmarkOutcome outcome, String load) {
    measured.add(new Measured(outcome, load));
  }

  void error(String benchmark, String message) {
    errors.add(benchmark + ": " + message);
  }

  boolean failed() {
    return !errors.isEmpty();
  }

  List<Figure> figures() {
    return measured.stream().flatMap(one -> one.outcome().figures().stream()).toList();
  }

  String markdown() {
    StringBuilder out = new StringBuilder("# What it costs\n\n");
    out.append("Measured by `make bench` on ").append(started).append(".\n");
    out.append("Machine: ").append(machine).append(".\n");
    if (quick) {
      out.append("**Shortened run: the figures say little.**\n");
    }
    out.append("\n## Figures and their limits\n\n").append(figureTable().markdown());
    measured.stream()
        .flatMap(one -> one.outcome().tables().stream())
        .forEach(t -> out.append("\n## ").append(t.title()).append("\n\n").append(t.markdown()));
    errors.forEach(error -> out.append("\nFAILED: ").append(error).append("\n"));
    return out.toString();
  }

  private Table figureTable() {
    List<List<String>> rows = new ArrayList<>();
    for (Measured one : measured) {
      for (Figure figure : one.outcome().figures()) {
        rows.add(
            List.of(
                figure.name(),
                figure.valueText(),
                figure.requirement().map(Requirement::toString).orElse(""),
                figure.verdict(),
                figure.how(),
                one.load()));
      }
    }
    return new Table(
        "Figures", List.of("Figure", "Value", "Limit", "Verdict", "How", "Load"), rows);
  }

  String json() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("started", started.toString()).put("machine", machine.toString()).put("quick", quick);
    ArrayNode figures = root.putArray("figures");
    for (Measured one : measured) {
      one.outcome().figures().forEach(figure -> write(figures.addObject(), figure, one.load()));
    }
    errors.forEach(root.putArray("errors")::add);
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  private static void write(ObjectNode node, Figure figure, String load) {
    node.put("name", figure.name()).put("unit", figure.unit()).put("how", figure.how());
    node.put("verdict", figure.verdict()).put("load", load);
    if (!Double.isNaN(figure.value())) {
      node.put("value", figure.value());
    }
    figure.requirement().ifPresent(limit -> node.put("requirement", limit.toString()));
  }

  /** Writes results.md and results.json. */
  void save(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("results.md"), markdown());
    Files.writeString(folder.resolve("results.json"), json());
  }
}
