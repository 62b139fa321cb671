package org.fhiranchor.interceptors.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file of the second database. It holds the key of its tags: whoever can read it can try ids.
 */
record TombstoneFile(Path path) {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  boolean isThere() {
    return Files.exists(path);
  }

  /**
   * Makes it with mode 0600 before H2 writes anything into it, and takes away from others what an
   * earlier server left to them.
   */
  void guard() {
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      create();
      Files.setPosixFilePermissions(path, OWNER_ONLY);
    } catch (IOException e) {
      throw new UncheckedIOException("anchor.erasure.keys: cannot make " + path, e);
    }
  }

  private void create() throws IOException {
    try {
      Files.createFile(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException there) {
      // An empty one, or one with tombstones: H2 goes on with either.
      return;
    }
  }
}
