package org.fhiranchor.server;

import java.io.IOException;
import java.nio.file.Path;
import org.springframework.util.unit.DataSize;

/** The data folder cannot be used; the message says why and what to do. */
final class DataFolderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private DataFolderException(String message) {
    super(message);
  }

  private DataFolderException(String message, IOException cause) {
    super(message, cause);
  }

  static DataFolderException inUse(Path path) {
    return new DataFolderException(
        "data folder "
            + path
            + " is in use by another server; stop that one, or give this one a folder of its own"
            + " (anchor.data)");
  }

  static DataFolderException full(Path path, long free, DataSize least) {
    return new DataFolderException(
        "data folder "
            + path
            + ": want "
            + least.toMegabytes()
            + " MB of free space (management.health.diskspace.threshold), got "
            + DataSize.ofBytes(free).toMegabytes()
            + " MB");
  }

  static DataFolderException unusable(Path path, IOException cause) {
    return new DataFolderException(
        "data folder " + path + " cannot be written: " + cause.getMessage(), cause);
  }
}
