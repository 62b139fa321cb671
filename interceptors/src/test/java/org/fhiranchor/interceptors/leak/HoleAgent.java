package org.fhiranchor.interceptors.leak;

import java.lang.instrument.Instrumentation;
import java.util.Optional;

/** Started with the JVM ({@code -javaagent}) it may change classes that are loaded already. */
public final class HoleAgent {
  private static volatile Optional<Instrumentation> given = Optional.empty();

  private HoleAgent() {}

  /** Called by the JVM. */
  public static void premain(String none, Instrumentation instrumentation) {
    given = Optional.of(instrumentation);
  }

  static Instrumentation instrumentation() {
    return given.orElseThrow(
        () -> new IllegalStateException("want a JVM with this agent: scripts/leak-holes.sh"));
  }
}
