package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

final class StartRefusedFailureAnalyzerTest {
  @Test
  @DisplayName("SET-2 a refused start is a sentence that says what is wanted, however deep it lies")
  void saysIt() {
    Throwable failure =
        new IllegalStateException(
            "error creating bean", new StartRefusedException("server.address: want loopback"));
    List<String> said =
        SpringFactoriesLoader.forDefaultResourceLocation()
            // those of Spring Boot itself want a context
            .load(FailureAnalyzer.class, (type, name, why) -> {})
            .stream()
            .filter(analyzer -> analyzer.getClass().getName().startsWith("org.fhiranchor."))
            .map(analyzer -> analyzer.analyze(failure))
            .filter(Objects::nonNull)
            .map(analysis -> analysis.getDescription() + " " + analysis.getAction())
            .toList();
    assertThat(said).singleElement().asString().contains("want loopback", "docs/operate/");
  }
}
