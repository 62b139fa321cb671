package org.fhiranchor.interceptors.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows wrong settings as a short report where Spring Boot would print a stack trace. */
final class AnchorSettingsFailureAnalyzer extends AbstractFailureAnalyzer<AnchorSettingsException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, AnchorSettingsException cause) {
    return new FailureAnalysis(
        cause.getMessage(),
        "Correct the settings above; docs/operate/settings.md lists every key.",
        cause);
  }
}
