package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  @DisplayName(
      "CON-4 CON-6 CON-7 every page in Chromium: its task, axe, keyboard, 360 px, both themes and languages")
  void pages() throws IOException, InterruptedException {
    run(
        RunningServer.shared().address(),
        "--test",
        "--test-reporter=spec",
        "test/browser/pages.test.mjs");
  }

  @Test
  @DisplayName("CON-8 the first page is at most 400 kB gzipped")
  void firstPageIsSmall() throws IOException, InterruptedException {
    run("", "tools/build.mjs", "--check");
  }

  private void run(String address, String... arguments) throws IOException, InterruptedException {
    Path log = Files.createDirectories(Path.of("target")).resolve("console-in-browser.log");
    ProcessBuilder builder =
        new ProcessBuilder("node")
            .directory(console.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.command().addAll(List.of(arguments));
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
