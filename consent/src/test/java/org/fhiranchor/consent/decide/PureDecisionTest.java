package org.fhiranchor.consent.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PureDecisionTest {
  private static final Path SOURCES = Path.of("src/main/java/org/fhiranchor/consent/decide");

  @Test
  @DisplayName("DEC-8 the decision imports no FHIR library, framework, SQL, I/O or clock")
  void importsNothingButValues() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(imports(file))
            .as("%s", file.getFileName())
            .allMatch(
                line ->
                    line.startsWith("import java.util.")
                        || line.startsWith("import java.time.")
                        || line.startsWith("import org.fhiranchor.merkle.")
                        || line.startsWith("import org.fhiranchor.consent.decide.")
                        || line.startsWith("import org.jspecify."));
        assertThat(Files.readString(file)).doesNotContain("Instant.now(", "currentTimeMillis");
      }
    }
  }

  private static List<String> imports(Path file) throws IOException {
    return Files.readAllLines(file).stream().filter(line -> line.startsWith("import ")).toList();
  }
}
