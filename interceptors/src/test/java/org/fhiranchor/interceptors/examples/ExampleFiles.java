package org.fhiranchor.interceptors.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The files of npm {@code hl7.fhir.r4.examples}. */
final class ExampleFiles {
  private ExampleFiles() {}

  static List<Path> all() {
    Path folder =
        Path.of(System.getProperty("anchor.root", ".."))
            .resolve("node_modules/hl7.fhir.r4.examples");
    assertThat(folder).as("npm ci at the root fetches the examples").isDirectory();
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(ExampleFiles::isExample).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So many of each type, spread evenly over its files; the same ones each time. */
  static List<Path> share(int perType) {
    return all().stream().collect(Collectors.groupingBy(ExampleFiles::type)).values().stream()
        .flatMap(
            files ->
                IntStream.range(0, Math.min(perType, files.size()))
                    .mapToObj(i -> files.get(i * files.size() / Math.min(perType, files.size()))))
        .sorted()
        .toList();
  }

  private static String type(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("-.*", "");
  }

  private static boolean isExample(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".json") && !name.equals("package.json") && !name.startsWith(".");
  }
}
