package org.fhiranchor.ledger.embedded;

import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after a chain every few seconds, on a thread of its own. */
final class ChainWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChainWatch.class);

  private final Runnable look;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "embedded-chain-watch");
            thread.setDaemon(true);
            return thread;
          });
  private final ScheduledFuture<?> looking;

  /** Begins at once. */
  ChainWatch(Runnable look, int seconds) {
    this.look = look;
    this.looking = timer.scheduleWithFixedDelay(this::tick, seconds, seconds, TimeUnit.SECONDS);
  }

  /** The boundary of this thread: whatever is thrown on, Errors too, would end it in silence. */
  private void tick() {
    try {
      look.run();
    } catch (EmbeddedChainException | UncheckedIOException failed) {
      LOG.warn("the embedded chain needs care, will try again: {}", failed.getMessage());
    } catch (RuntimeException | Error failed) {
      LOG.error("looking after the embedded chain failed, will try again", failed);
    }
  }

  @Override
  public void close() {
    looking.cancel(false);
    timer.shutdown();
  }
}
