package org.fhiranchor.interceptors.autoconfigure;

import org.fhiranchor.interceptors.start.StartRefusedException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows why the start is refused as a sentence where Spring Boot would print a stack trace. */
final class StartRefusedFailureAnalyzer extends AbstractFailureAnalyzer<StartRefusedException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, StartRefusedException cause) {
    return new FailureAnalysis(
        cause.getMessage(),
        "docs/operate/consent.md, \"When the start is refused\", says what to do.",
        cause);
  }
}
