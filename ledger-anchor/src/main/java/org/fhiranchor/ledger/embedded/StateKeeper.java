package org.fhiranchor.ledger.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * Writes the chain's state to its file when it changed. Anvil would do it by itself, but in place,
 * so that a kill leaves half a file, and over and over when nothing happened: gigabytes a day on an
 * idle machine. It is the whole chain each time, and anvil answers slowly meanwhile; so it rests
 * for {@value #REST} times as long as that took.
 */
final class StateKeeper {
  static final int REST = 20;

  private final AnvilRpc rpc;
  private final Predicate<byte[]> write;
  private String kept = "";
  private long begun = System.nanoTime();
  private long rest;

  /**
   * Nothing is written yet.
   *
   * @param write takes a state that was asked for; false when it is too late for it
   */
  StateKeeper(AnvilRpc rpc, Predicate<byte[]> write) {
    this.rpc = rpc;
    this.write = write;
  }

  /** Writes the state unless the latest block is the one that was written last, or it rests. */
  synchronized void keep() {
    if (System.nanoTime() - begun < rest) {
      return;
    }
    String latest = rpc.latestBlock();
    if (latest.equals(kept)) {
      return;
    }
    begun = System.nanoTime();
    try {
      if (write.test(unpacked(rpc.dumpState()))) {
        kept = latest;
      }
    } finally {
      rest = (1 + REST) * (System.nanoTime() - begun);
    }
  }

  private static byte[] unpacked(String hex) {
    try {
      byte[] packed = HexFormat.of().parseHex(hex, 2, hex.length());
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
        return in.readAllBytes();
      }
    } catch (IOException | IllegalArgumentException broken) {
      throw new EmbeddedChainException("embedded chain: its state cannot be unpacked", broken);
    }
  }
}
