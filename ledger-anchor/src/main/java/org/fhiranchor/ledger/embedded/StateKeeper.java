package org.fhiranchor.ledger.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
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
  private final ChainFolder folder;
  private String kept = "";
  private long begun = System.nanoTime();
  private long rest;

  StateKeeper(AnvilRpc rpc, ChainFolder folder) {
    this.rpc = rpc;
    this.folder = folder;
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
      folder.writeState(unpacked(rpc.dumpState()));
      kept = latest;
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
