package org.fhiranchor.interceptors.crash;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Where a thread of a server may be told to stop for good: one for each durable step on the way of
 * a write. The process is killed with its threads at their points.
 */
enum CrashPoint {
  /** Resource row and pending row are written, their transaction is open. */
  BEFORE_COMMIT,
  /** The write's transaction is committed, the client has no answer. */
  AFTER_COMMIT,
  /** Leaves, tiles, checkpoint and size are written, the sequencer's transaction is open. */
  LEAVES_WRITTEN,
  /** The sequencer's transaction is committed. */
  CHECKPOINT_COMMITTED,
  /** The anchor's signed bytes are stored and not sent. */
  SIGNED,
  /** The ledger has the bytes, and no block has them. */
  SENT,
  /** A block has them, and it is not known to be final. */
  MINED,
  /** The tombstone of an erased patient is set, and nothing else is done. */
  TOMBSTONE_SET,
  /** The contents of the patient's disclosures are named in the tree, and open still. */
  CONTENTS_NAMED,
  /** They are named, and their key is destroyed. */
  CONTENT_KEY_GONE,
  /** Everything that goes is named in the tree, and is still there. */
  ERASURE_NAMED,
  /** Some of it is gone, its transaction is open. */
  ERASURE_OPEN,
  /** Some of it is gone for good, and the patient is still there. */
  ERASURE_BEGUN;

  private static final long GLANCE_NANOS = 20_000_000;

  /** From now on, who gets there in the server with this data folder gets no further for now. */
  void arm(Path data) {
    touch(armed(data));
  }

  /** In the test: waits until somebody stands there. */
  void awaitReached(Path data) {
    await(name()).atMost(120, SECONDS).until(() -> Files.exists(reached(data)));
  }

  /** Whoever stands at a point goes on. */
  static void disarmAll(Path data) throws IOException {
    for (CrashPoint point : values()) {
      Files.deleteIfExists(point.armed(data));
      Files.deleteIfExists(point.reached(data));
    }
  }

  /** In the server: stands still while this is a point to stop at, usually until it is killed. */
  void pass(Path data) {
    while (Files.exists(armed(data))) {
      touch(reached(data));
      LockSupport.parkNanos(GLANCE_NANOS);
    }
  }

  private Path armed(Path data) {
    return data.resolve("stop-at-" + name());
  }

  private Path reached(Path data) {
    return data.resolve("stopped-at-" + name());
  }

  private static void touch(Path file) {
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
