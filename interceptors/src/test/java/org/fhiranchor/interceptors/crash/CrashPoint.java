package org.fhiranchor.interceptors.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where a server may be told to die: one for each durable step on the way of a write. */
enum CrashPoint {
  /** Resource row and pending row are written, their transaction is open. */
  BEFORE_COMMIT,
  /** The write's transaction is committed. */
  AFTER_COMMIT,
  /** Leaves, tiles, checkpoint and size are written, the sequencer's transaction is open. */
  LEAVES_WRITTEN,
  /** The sequencer's transaction is committed. */
  CHECKPOINT_COMMITTED,
  /** The anchor's signed bytes are stored and not sent. */
  SIGNED,
  /** The ledger has the bytes, and no block has them. */
  SENT,
  /** A block has them, and it is not final. */
  MINED;

  /** The exit code of a process that was killed with signal 9. */
  static final int EXIT = 137;

  /** From now on the server with this data folder dies when it gets there. */
  void arm(Path data) {
    try {
      Path half = Files.writeString(data.resolve("die-at.half"), name());
      Files.move(half, file(data), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void disarm(Path data) throws IOException {
    Files.deleteIfExists(file(data));
  }

  /** In the server: ends the process on the spot, without any hook, if this is the point. */
  void reached(Path data) {
    try {
      if (Files.exists(file(data)) && Files.readString(file(data)).equals(name())) {
        Runtime.getRuntime().halt(EXIT);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(Path data) {
    return data.resolve("die-at");
  }
}
