package org.fhiranchor.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The same server program on the copied data, on free ports of this machine. */
final class SecondServer implements AutoCloseable {
  /** Of its whole life: nothing of the demo is left running, whatever goes wrong. */
  private static final long LIMIT_SECONDS = 300;

  private static final String READY = "ready ";

  private final Process process;
  private final URI address;

  private SecondServer(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  static SecondServer start(DemoSettings settings, Path data, LogIdentity log) {
    Path errors = data.resolve("errors.log");
    List<String> command = new ArrayList<>(JavaCommand.shortLived());
    command.addAll(
        List.of(
            "-Danchor.root=" + settings.root(),
            "-jar",
            settings.serverJar().toString(),
            "--server.port=0",
            "--server.address=127.0.0.1",
            // Why it refuses to start, if it does.
            "--logging.threshold.console=ERROR",
            "--anchor.data=" + data,
            "--anchor.ledger.embedded.port=0",
            // Whoever tampers with a copy asks nobody for consent.
            "--anchor.consent.enforce=off",
            "--anchor.log.origin=" + log.origin()));
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      endLater(process);
      return new SecondServer(process, address(process, errors));
    } catch (IOException failed) {
      throw new DemoFailure("cannot start the second server", failed);
    }
  }

  private static URI address(Process process, Path errors) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(READY)) {
        return URI.create(line.substring(READY.length()).replaceFirst("/fhir$", ""));
      }
      said.append(line).append('\n');
    }
    throw new DemoFailure(
        "the second server ended before it was ready: " + said + JavaCommand.lastLines(errors));
  }

  private static void endLater(Process process) {
    Thread watch = new Thread(() -> end(process, LIMIT_SECONDS), "second-server-limit");
    watch.setDaemon(true);
    watch.start();
  }

  URI address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
    end(process, 30);
  }

  private static void end(Process process, long patienceSeconds) {
    try {
      if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stopping) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
