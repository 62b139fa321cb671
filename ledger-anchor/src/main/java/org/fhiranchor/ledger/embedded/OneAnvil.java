package org.fhiranchor.ledger.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The anvil that runs now. From the moment on in which there is one it ends with this JVM, also
 * when that is told to end before anvil answers.
 */
final class OneAnvil {
  private static final Logger LOG = LoggerFactory.getLogger(OneAnvil.class);

  /** Anvil writes its whole state when it ends. */
  private static final Duration END_LIMIT = Duration.ofMinutes(1);

  private final Runnable beforeEnd;
  private final Thread endWithUs = new Thread(this::end, "embedded-chain-end");
  private Optional<AnvilProcess> running = Optional.empty();
  private boolean ended;

  /**
   * Before any process is there.
   *
   * @param beforeEnd done before one is told to end
   */
  OneAnvil(Runnable beforeEnd) {
    this.beforeEnd = beforeEnd;
    Runtime.getRuntime().addShutdownHook(endWithUs);
  }

  /**
   * Starts one in the place of the last.
   *
   * @throws EmbeddedChainException when nothing is to be started any more
   */
  synchronized AnvilProcess start(List<String> command, Path folder) {
    if (ended) {
      throw new EmbeddedChainException("embedded chain: it was closed");
    }
    AnvilProcess started = AnvilProcess.start(command, folder);
    running = Optional.of(started);
    return started;
  }

  synchronized boolean isAlive() {
    return !ended && running.filter(AnvilProcess::isAlive).isPresent();
  }

  synchronized boolean hasEnded() {
    return ended;
  }

  /**
   * Does this while it runs, and keeps it from ending meanwhile; once it has ended, what it wrote
   * last stands.
   *
   * @return whether it was done
   */
  synchronized boolean whileAlive(Runnable work) {
    if (!isAlive()) {
      return false;
    }
    work.run();
    return true;
  }

  synchronized long pid() {
    return running.orElseThrow().handle().pid();
  }

  /** Ends the process, and starts none again. */
  synchronized void end() {
    ended = true;
    try {
      beforeEnd.run();
    } finally {
      running.ifPresent(process -> AnvilProcess.end(process.handle(), END_LIMIT));
    }
  }

  /** As {@link #end}, once and for all: nothing is left to do when the JVM ends. */
  void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(endWithUs);
    } catch (IllegalStateException shuttingDown) {
      LOG.debug("closed while the JVM ends", shuttingDown);
    }
  }
}
