package org.fhiranchor.server;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs {@code pages.test.mjs} of {@code console/test/browser} in Chromium against a server that
 * really runs, by {@code make test-long}.
 */
@Tag("long")
@Tag("alone")
final class ConsoleInBrowserTest {
  private final ConsoleScripts scripts = new ConsoleScripts("console-in-browser.log");

  @Test
  @DisplayName(
      "CON-4 CON-6 CON-7 every page in Chromium: its task, axe, keyboard, 360 px, both themes and"
          + " languages")
  void pages() throws IOException, InterruptedException {
    run("--test");
  }

  @Test
  @DisplayName(
      "CON-4 CON-7 in Chromium the first page, a record whose proof fits, and one full of hostile"
          + " strings")
  void somePages() throws IOException, InterruptedException {
    run("--test", "--test-name-pattern=start in de-DE|are checked here|whose strings are hostile");
  }

  private void run(String... how) throws IOException, InterruptedException {
    scripts.run(
        RunningServer.shared().address(),
        Stream.concat(
                Stream.of(how), Stream.of("--test-reporter=spec", "test/browser/pages.test.mjs"))
            .toArray(String[]::new));
  }

  @Test
  @DisplayName("CON-8 the first page is at most 400 kB gzipped")
  void firstPageIsSmall() throws IOException, InterruptedException {
    scripts.run("", "tools/build.mjs", "--check");
  }
}
