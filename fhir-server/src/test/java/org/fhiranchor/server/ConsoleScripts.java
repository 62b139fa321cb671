package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Runs scripts of {@code console/} with Node.js. What they say is in {@code target/} afterwards.
 */
public final class ConsoleScripts {
  private static final int LIMIT_MINUTES = 10;

  private final Path console =
      Path.of(System.getProperty("anchor.root", "..")).resolve("console").toAbsolutePath();
  private final String log;
  private final Map<String, String> environment;

  /**
   * Scripts of one test class.
   *
   * @param log the name of the file for what they say
   */
  public ConsoleScripts(String log) {
    this(log, Map.of());
  }

  /** The same, told more by environment variables. */
  ConsoleScripts(String log, Map<String, String> environment) {
    this.log = log;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Runs one to its end.
   *
   * @param address of the server that it asks; may be empty
   */
  public void run(String address, String... arguments) throws IOException, InterruptedException {
    Path said = Files.createDirectories(Path.of("target")).resolve(log);
    ProcessBuilder builder =
        new ProcessBuilder("node")
            .directory(console.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.command().addAll(List.of(arguments));
    builder.environment().put("CONSOLE_ADDRESS", address);
    builder.environment().putAll(environment);
    Process node = builder.start();
    try {
      assertThat(node.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).as("an end").isTrue();
      assertThat(node.exitValue()).as(failures(Files.readString(said))).isZero();
    } finally {
      node.destroy();
    }
  }

  /**
   * What Node.js says of errors outside of every test, and at its end of what failed; all of it
   * where it says no such thing.
   */
  private static String failures(String all) {
    int failing = all.indexOf("failing tests:");
    return failing < 0
        ? all
        : all.lines().filter(line -> line.contains("Error: ")).collect(Collectors.joining("\n"))
            + "\n"
            + all.substring(failing);
  }
}
