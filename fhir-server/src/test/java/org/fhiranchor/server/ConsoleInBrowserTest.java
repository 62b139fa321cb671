package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs {@code console/test/browser} in Chromium against a server that really runs. */
@Tag("alone")
final class ConsoleInBrowserTest {
  private static final int LIMIT_MINUTES = 10;

  private final Path console =
      Path.of(System.getProperty("anchor.root", "..")).resolve("console").toAbsolutePath();

  @Test
  @DisplayName("CON-4 CON-6 CON-7 every page in Chromium: its task, axe, keyboard, 360 px, both themes and languages")
  void pages() throws IOException, InterruptedException {
    run("test/browser/pages.test.mjs", RunningServer.shared().address());
  }

  private void run(String test, String address) throws IOException, InterruptedException {
    Path log = Files.createDirectories(Path.of("target")).resolve("console-in-browser.log");
    ProcessBuilder builder =
        new ProcessBuilder("node", "--test", "--test-reporter=spec", test)
            .directory(console.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CONSOLE_ADDRESS", address);
    Process node = builder.start();
    try {
      assertThat(node.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).as("an end").isTrue();
      assertThat(node.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      node.destroy();
    }
  }
}
