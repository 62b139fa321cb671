package org.fhiranchor.ledger.embedded;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one embedded chain: its state, who runs it, and the lock that keeps a second server
 * out.
 */
final class ChainFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChainFolder.class);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private final Path folder;
  private final FileChannel channel;
  private final FileLock lock;

  private ChainFolder(Path folder, FileChannel channel, FileLock lock) {
    this.folder = folder;
    this.channel = channel;
    this.lock = lock;
  }

  static ChainFolder open(Path folder) {
    try {
      Files.createDirectories(folder);
      Path absolute = folder.toRealPath();
      FileChannel channel =
          FileChannel.open(
              absolute.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new ChainFolder(absolute, channel, locked(absolute, channel));
    } catch (IOException failed) {
      throw new UncheckedIOException("embedded chain: cannot use the folder " + folder, failed);
    }
  }

  private static FileLock locked(Path folder, FileChannel channel) throws IOException {
    FileLock lock = tryLock(channel).orElse(null);
    if (lock == null) {
      channel.close();
      throw new EmbeddedChainException(
          "embedded chain: another server is using "
              + folder
              + "; stop it, or give this one"
              + " another data folder, or share one chain with anchor.ledger.mode=rpc");
    }
    return lock;
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException heldByThisProcess) {
      return Optional.empty();
    }
  }

  Path path() {
    return folder;
  }

  Path state() {
    return folder.resolve("state.json");
  }

  private Path previousState() {
    return folder.resolve("state.previous.json");
  }

  /** Where anvil is to make its own door; a killed one leaves the file behind. */
  void clearSocket() {
    try {
      Files.deleteIfExists(folder.resolve(AnvilSocket.NAME));
    } catch (IOException failed) {
      throw new UncheckedIOException("embedded chain: cannot clear " + folder, failed);
    }
  }

  /** Nobody but us asks anvil itself. */
  void guardSocket() {
    try {
      Files.setPosixFilePermissions(
          folder.resolve(AnvilSocket.NAME), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException failed) {
      throw new UncheckedIOException("embedded chain: cannot guard " + folder, failed);
    }
  }

  private Path pidFile() {
    return folder.resolve("anvil.pid");
  }

  /**
   * Makes the state file one that anvil can load. When it ends it overwrites the file in place, so
   * a kill in that moment leaves half of it: then the copy taken at the last start or stop is used.
   * Blocks since then are gone, which the anchoring repairs as it would a reorganisation.
   */
  void repairState() {
    if (Files.notExists(state()) || isWhole(state())) {
      return;
    }
    try {
      Files.move(
          state(), folder.resolve("state.damaged.json"), StandardCopyOption.REPLACE_EXISTING);
      boolean copied = Files.exists(previousState()) && isWhole(previousState());
      if (copied) {
        Files.copy(previousState(), state());
      }
      LOG.warn(
          "embedded chain's state was half written: going on from {} folder={}",
          copied ? "the copy before it" : "an empty chain",
          folder);
    } catch (IOException failed) {
      throw new UncheckedIOException("embedded chain: cannot repair " + state(), failed);
    }
  }

  /** Replaces the state in one, so that there is always a whole one. */
  void writeState(byte[] json) {
    Path half = folder.resolve("state.writing.json");
    try {
      Files.write(
          half,
          json,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
      Files.move(half, state(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new UncheckedIOException("embedded chain: cannot write " + state(), failed);
    }
  }

  /** Keeps a copy of the state, for {@link #repairState}. */
  void keepState() {
    if (Files.notExists(state()) || !isWhole(state())) {
      return;
    }
    Path half = folder.resolve("state.copying.json");
    try {
      Files.copy(state(), half, StandardCopyOption.REPLACE_EXISTING);
      Files.move(half, previousState(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new UncheckedIOException("embedded chain: cannot copy " + state(), failed);
    }
  }

  private static boolean isWhole(Path json) {
    try (JsonParser parser = new JsonFactory().createParser(json.toFile())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException broken) {
      LOG.debug("embedded chain's state does not parse", broken);
      return false;
    }
  }

  void remember(ProcessHandle process) {
    try {
      Files.writeString(pidFile(), Long.toString(process.pid()));
    } catch (IOException failed) {
      throw new UncheckedIOException("embedded chain: cannot write " + pidFile(), failed);
    }
  }

  /**
   * Ends the anvil that an earlier server left behind when it was killed. Our lock proves that this
   * server is gone; a process that only reuses its number is told apart by its arguments.
   */
  void endLeftover() {
    remembered().flatMap(ProcessHandle::of).filter(this::isOurs).ifPresent(this::end);
  }

  private Optional<Long> remembered() {
    try {
      return Files.exists(pidFile())
          ? Optional.of(Long.parseLong(Files.readString(pidFile()).strip()))
          : Optional.empty();
    } catch (IOException | NumberFormatException unreadable) {
      LOG.warn("embedded chain's pid file is not readable file={}", pidFile(), unreadable);
      return Optional.empty();
    }
  }

  private boolean isOurs(ProcessHandle process) {
    ProcessHandle.Info info = process.info();
    String[] arguments = info.arguments().orElse(new String[0]);
    return process.isAlive()
        && info.command().orElse("").endsWith("anvil")
        && Arrays.asList(arguments).contains(state().toString());
  }

  private void end(ProcessHandle process) {
    LOG.warn("ending the embedded chain that a killed server left running pid={}", process.pid());
    AnvilProcess.end(process, END_LIMIT);
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(pidFile());
      lock.release();
      channel.close();
    } catch (IOException failed) {
      throw new UncheckedIOException("embedded chain: cannot release " + folder, failed);
    }
  }
}
