package org.fhiranchor.interceptors.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows the missing key as a sentence where Spring Boot would print a stack trace. */
final class LogKeyMissingFailureAnalyzer extends AbstractFailureAnalyzer<LogKeyMissingException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, LogKeyMissingException cause) {
    return new FailureAnalysis(
        cause.getMessage(),
        "docs/operate/README.md, \"Backup and restore\", says which files belong to a log.",
        cause);
  }
}
