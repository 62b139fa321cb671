package org.fhiranchor.server;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** One sentence where Spring Boot would print a stack trace. */
final class DataFolderFailureAnalyzer extends AbstractFailureAnalyzer<DataFolderException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, DataFolderException cause) {
    return new FailureAnalysis(cause.getMessage(), "", cause);
  }
}
