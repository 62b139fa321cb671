package org.fhiranchor.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.util.unit.DataSize;

/** The folder that one server at a time owns. The operating system frees it when a server dies. */
final class DataFolder implements DisposableBean {
  private static final String LOCK = "server.lock";

  private final Path path;
  private final FileChannel lockFile;

  /** What was not there before, the innermost first. */
  private final List<Path> made;

  private DataFolder(Path path, FileChannel lockFile, List<Path> made) {
    this.path = path;
    this.lockFile = lockFile;
    this.made = List.copyOf(made);
  }

  /**
   * Makes the folder if need be and takes it.
   *
   * @throws DataFolderException when it cannot be written or another server has it
   */
  static DataFolder lock(Path given) {
    Path path = given.toAbsolutePath().normalize();
    List<Path> made = missing(path);
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lockOf(channel).isEmpty()) {
        channel.close();
        throw DataFolderException.inUse(path);
      }
      return new DataFolder(path, channel, made);
    } catch (IOException cannotWrite) {
      throw DataFolderException.unusable(path, cannotWrite);
    }
  }

  private static List<Path> missing(Path path) {
    List<Path> missing = new ArrayList<>();
    for (Path part = path.resolve(LOCK);
        part != null && Files.notExists(part);
        part = part.getParent()) {
      missing.add(part);
    }
    return missing;
  }

  /** Frees it, and removes what taking it has made: the start is refused. */
  void abandon() {
    try {
      for (Path part : made) {
        Files.deleteIfExists(part);
      }
    } catch (IOException inUse) {
      throw new UncheckedIOException("leave data folder " + path + " as it was", inUse);
    } finally {
      destroy();
    }
  }

  /**
   * Looks at its disk, which keys, log and H2 need.
   *
   * @throws DataFolderException when there is less space than this
   */
  void hasSpace(DataSize least) {
    try {
      long free = Files.getFileStore(path).getUsableSpace();
      if (free < least.toBytes()) {
        throw DataFolderException.full(path, free, least);
      }
    } catch (IOException cannotRead) {
      throw DataFolderException.unusable(path, cannotRead);
    }
  }

  /** Whether H2 has a file in it. */
  boolean hasDatabase() {
    return Files.exists(path.resolve("h2/fhir.mv.db"));
  }

  private static Optional<FileLock> lockOf(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException heldByThisProcess) {
      return Optional.empty();
    }
  }

  /**
   * H2 in this folder. Without WRITE_DELAY=0 a killed process loses up to half a second of commits
   * that were already confirmed; without DB_CLOSE_ON_EXIT=FALSE H2 closes before the server does;
   * without TRACE_LEVEL_FILE=0 it writes each failure, with the statement, into a file of its own.
   */
  String databaseUrl() {
    return "jdbc:h2:file:"
        + path.resolve("h2/fhir")
        + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";
  }

  @Override
  public void destroy() {
    try {
      lockFile.close();
    } catch (IOException cannotClose) {
      throw new UncheckedIOException("unlock data folder " + path, cannotClose);
    }
  }
}
