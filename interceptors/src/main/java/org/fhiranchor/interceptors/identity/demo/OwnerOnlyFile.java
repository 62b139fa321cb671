package org.fhiranchor.interceptors.identity.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/** A text file of the demo issuer, which its owner alone can read. */
public record OwnerOnlyFile(Path path) {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final FileAttribute<?> OWNER_FILE = PosixFilePermissions.asFileAttribute(OWNER);
  private static final FileAttribute<?> OWNER_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** The file of this name in the issuer's folder. */
  public static OwnerOnlyFile in(Path data, String name) {
    return new OwnerOnlyFile(data.resolve("issuer").resolve(name));
  }

  boolean exists() {
    return Files.exists(path);
  }

  /**
   * What the file holds.
   *
   * @throws UncheckedIOException when it cannot be read
   * @throws IllegalStateException when others can read it
   */
  public String read() {
    try {
      if (!OWNER.containsAll(Files.getPosixFilePermissions(path))) {
        throw new IllegalStateException("%s: want mode 0600, others can read it".formatted(path));
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  /** What the file holds; made first where it is not there. */
  public String readOrMake(Supplier<String> content) {
    if (!exists()) {
      make(content.get());
    }
    return read();
  }

  /**
   * Writes the file beside its place and links it there, so that a reader sees a whole file or
   * none. If we die here, the file beside is left over and never read. A second server that was
   * faster keeps its file.
   */
  private void make(String content) {
    Path beside = beside(content);
    try {
      Files.createLink(path, beside);
      Files.delete(beside);
    } catch (FileAlreadyExistsException e) {
      discard(beside);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path, e);
    }
  }

  /** Puts other content in its place; a reader sees all of the old or all of the new. */
  public void replace(String content) {
    try {
      Files.move(
          beside(content),
          path,
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path, e);
    }
  }

  private Path beside(String content) {
    Path beside =
        path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid() + ".new");
    try {
      Files.createDirectories(path.getParent(), OWNER_FOLDER);
      Files.deleteIfExists(beside);
      Files.createFile(beside, OWNER_FILE);
      Files.writeString(beside, content, StandardCharsets.UTF_8);
      force(beside);
      return beside;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path, e);
    }
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + file, e);
    }
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
