package org.fhiranchor.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Another program, run from the checkout's root. */
final class Program {
  private Program() {}

  /**
   * Runs it to its end.
   *
   * @return standard output and standard error, as text
   * @throws IOException when it ends with another status than 0
   */
  static String run(Path root, List<String> command) throws IOException, InterruptedException {
    Process process = start(root, command);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(command + ": want status 0, got " + status + ": " + output);
    }
    return output;
  }

  /**
   * Seconds from its start to the first line that begins with {@code prefix}; then it is told to
   * end, and waited for.
   */
  static double secondsTo(Path root, List<String> command, String prefix)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process = start(root, command);
    StringBuilder seen = new StringBuilder();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (Optional<String> line = next(lines); line.isPresent(); line = next(lines)) {
        if (line.get().startsWith(prefix)) {
          return (System.nanoTime() - start) / 1e9;
        }
        seen.append(line.get()).append('\n');
      }
      throw new IOException(command + " ended without a line " + prefix + ": " + seen);
    } finally {
      end(process);
    }
  }

  private static Optional<String> next(BufferedReader lines) throws IOException {
    return Optional.ofNullable(lines.readLine());
  }

  /** One that runs on, with its output in that file, until it is told to end. */
  static Process start(Path folder, List<String> command, Path output) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return process;
  }

  private static Process start(Path root, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return process;
  }

  /** Tells it to end, and waits. */
  static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
