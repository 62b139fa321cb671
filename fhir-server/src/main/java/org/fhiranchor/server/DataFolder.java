package org.fhiranchor.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.springframework.beans.factory.DisposableBean;

/** The folder that one server at a time owns. The operating system frees it when a server dies. */
final class DataFolder implements DisposableBean {
  private static final String LOCK = "server.lock";

  private final Path path;
  private final FileChannel lockFile;

  private DataFolder(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder if need be and takes it.
   *
   * @throws DataFolderException when it cannot be written or another server has it
   */
  static DataFolder lock(Path given) {
    Path path = given.toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lockOf(channel).isEmpty()) {
        channel.close();
        throw DataFolderException.inUse(path);
      }
      return new DataFolder(path, channel);
    } catch (IOException cannotWrite) {
      throw DataFolderException.unusable(path, cannotWrite);
    }
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
   * that were already confirmed; without DB_CLOSE_ON_EXIT=FALSE H2 closes before the server does.
   */
  String databaseUrl() {
    return "jdbc:h2:file:" + path.resolve("h2/fhir") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
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
