package org.fhiranchor.server;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs {@code console/test/browser} in Chromium against a server that really runs. */
@Tag("alone")
final class ConsoleInBrowserTest {
  private final ConsoleScripts scripts = new ConsoleScripts("console-in-browser.log");

  @Test
  @DisplayName(
      "CON-4 CON-6 CON-7 every page in Chromium: its task, axe, keyboard, 360 px, both themes and"
          + " languages")
  void pages() throws IOException, InterruptedException {
    scripts.run(
        RunningServer.shared().address(),
        "--test",
        "--test-reporter=spec",
        "test/browser/pages.test.mjs");
  }

  @Test
  @DisplayName("CON-8 the first page is at most 400 kB gzipped")
  void firstPageIsSmall() throws IOException, InterruptedException {
    scripts.run("", "tools/build.mjs", "--check");
  }
}
