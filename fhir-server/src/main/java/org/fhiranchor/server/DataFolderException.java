package org.fhiranchor.server;

import java.io.IOException;
import java.nio.file.Path;

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

  static DataFolderException unusable(Path path, IOException cause) {
    return new DataFolderException(
        "data folder " + path + " cannot be written: " + cause.getMessage(), cause);
  }
}
