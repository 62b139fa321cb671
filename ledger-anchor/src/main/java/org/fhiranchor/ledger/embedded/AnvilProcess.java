package org.fhiranchor.ledger.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of anvil, from start until it is ended. */
final class AnvilProcess {
  private static final Logger LOG = LoggerFactory.getLogger(AnvilProcess.class);
  private static final String LISTENING = "Listening on ";
  private static final int KEPT_LINES = 20;

  private final Process process;
  private final CompletableFuture<Boolean> listening = new CompletableFuture<>();
  private final Deque<String> lastLines = new ArrayDeque<>();

  private AnvilProcess(Process process) {
    this.process = process;
  }

  /** Starts it in its folder, which is its home, too: nothing of ours leaks in, nor files out. */
  static AnvilProcess start(List<String> command, Path folder) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("HOME", folder.toString());
    try {
      AnvilProcess started = new AnvilProcess(builder.start());
      started.readOutput();
      return started;
    } catch (IOException failed) {
      throw new UncheckedIOException("embedded chain: cannot start " + command.get(0), failed);
    }
  }

  /** Reads on until the end: anvil stops in the middle of a block when its output fills up. */
  private void readOutput() {
    Thread reader = new Thread(this::readLines, "embedded-chain-output");
    reader.setDaemon(true);
    reader.start();
  }

  private void readLines() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    } catch (IOException ended) {
      LOG.debug("the embedded chain's output ended", ended);
    }
    listening.completeExceptionally(
        new EmbeddedChainException("embedded chain: anvil ended at once: " + said()));
  }

  private void take(String line) {
    if (line.startsWith(LISTENING)) {
      listening.complete(true);
    }
    synchronized (lastLines) {
      lastLines.addLast(line);
      if (lastLines.size() > KEPT_LINES) {
        lastLines.removeFirst();
      }
    }
  }

  private String said() {
    synchronized (lastLines) {
      return String.join(" | ", lastLines).strip();
    }
  }

  /** Returns when it can be asked, at the limit at the latest. */
  void awaitListening(Duration limit) {
    try {
      listening.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new EmbeddedChainException(
          "embedded chain: anvil did not listen within " + limit + ": " + said(), late);
    } catch (ExecutionException ended) {
      throw new EmbeddedChainException("embedded chain: anvil did not start: " + said(), ended);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedChainException("embedded chain: interrupted while starting", interrupted);
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Java notes the end of its own child a moment after the system does. */
  boolean isAlive() {
    return process.isAlive() && process.toHandle().isAlive();
  }

  /** Asks it to write its state and end; kills it when it has not by the limit. */
  static void end(ProcessHandle process, Duration limit) {
    process.destroy();
    if (awaitEnd(process, limit)) {
      return;
    }
    LOG.warn("the embedded chain did not end within {}: killing it", limit);
    process.destroyForcibly();
    if (!awaitEnd(process, limit)) {
      throw new EmbeddedChainException(
          "embedded chain: process " + process.pid() + " cannot be ended; end it by hand");
    }
  }

  private static boolean awaitEnd(ProcessHandle process, Duration limit) {
    try {
      process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return !process.isAlive();
    } catch (ExecutionException failed) {
      throw new EmbeddedChainException("embedded chain: cannot wait for its end", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }
}
