package org.fhiranchor.server;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Runs {@code console/test/tools/build.test.mjs}, which builds nothing and needs no browser. */
final class ConsoleBuildTest {
  @Test
  @DisplayName("CON-8 the console is built where a source changed, and not where none did")
  void builds() throws IOException, InterruptedException {
    new ConsoleScripts("console-build.log")
        .run("", "--test", "--test-reporter=spec", "test/tools/build.test.mjs");
  }
}
