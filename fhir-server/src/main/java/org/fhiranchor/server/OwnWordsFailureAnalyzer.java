package org.fhiranchor.server;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * One sentence where Spring Boot would print a stack trace, for whatever our own code has refused:
 * the innermost exception that it threw with a message says what is wrong. Others' exceptions, and
 * faults of ours, stay what they are.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class OwnWordsFailureAnalyzer implements FailureAnalyzer {
  private static final String OURS = "org.fhiranchor.";
  private static final int MOST_CAUSES = 50;

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .limit(MOST_CAUSES)
        .filter(OwnWordsFailureAnalyzer::isOurs)
        .reduce((outer, inner) -> inner)
        .map(ours -> new FailureAnalysis(ours.getMessage(), "", failure))
        .orElse(null);
  }

  private static boolean isOurs(Throwable thrown) {
    boolean said = Optional.ofNullable(thrown.getMessage()).filter(m -> !m.isBlank()).isPresent();
    return said
        && !isFault(thrown)
        && Arrays.stream(thrown.getStackTrace())
            .findFirst()
            .filter(at -> at.getClassName().startsWith(OURS))
            .isPresent();
  }

  private static boolean isFault(Throwable thrown) {
    return thrown instanceof NullPointerException
        || thrown instanceof IndexOutOfBoundsException
        || thrown instanceof ClassCastException
        || thrown instanceof Error;
  }
}
