package org.fhiranchor.interceptors.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private static boolean isExample(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".json") && !name.equals("package.json") && !name.startsWith(".");
  }
}
