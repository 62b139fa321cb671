package org.fhiranchor.ledger.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the chain's state to its file soon after it changed. Anvil would do it by itself, but in
 * place, so that a kill leaves half a file, and over and over when nothing happened: gigabytes a
 * day on an idle machine.
 */
final class StateKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateKeeper.class);

  private final AnvilRpc rpc;
  private final ChainFolder folder;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "embedded-chain-state");
            thread.setDaemon(true);
            return thread;
          });

  private final ScheduledFuture<?> ticking;
  private String kept = "";

  /** Begins at once. */
  StateKeeper(AnvilRpc rpc, ChainFolder folder, int seconds) {
    this.rpc = rpc;
    this.folder = folder;
    this.ticking = timer.scheduleWithFixedDelay(this::tick, seconds, seconds, TimeUnit.SECONDS);
  }

  private void tick() {
    try {
      keep();
    } catch (EmbeddedChainException | UncheckedIOException | IllegalArgumentException failed) {
      LOG.warn("embedded chain's state is not written, will try again: {}", failed.getMessage());
    }
  }

  /** Writes the state unless the latest block is the one that was written last. */
  private synchronized void keep() {
    String latest = rpc.latestBlock();
    if (latest.equals(kept)) {
      return;
    }
    folder.writeState(unpacked(rpc.dumpState()));
    kept = latest;
  }

  private static byte[] unpacked(String hex) {
    byte[] packed = HexFormat.of().parseHex(hex, 2, hex.length());
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    } catch (IOException broken) {
      throw new EmbeddedChainException("embedded chain: its state cannot be unpacked", broken);
    }
  }

  /** Ends the timer; waits for a write that is under way. */
  @Override
  public synchronized void close() {
    ticking.cancel(false);
    timer.shutdown();
  }
}
