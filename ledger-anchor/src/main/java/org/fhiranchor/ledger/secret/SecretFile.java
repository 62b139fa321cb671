package org.fhiranchor.ledger.secret;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A file that its owner alone can read (mode 0600). A reader sees all of it or none, also after the
 * power went away. It is refused while others can read it, unless another user owns it and handed
 * it over, as a secret that is mounted into a container: then while others can change it.
 *
 * @param name the setting that names it, or what it is: each message begins with it
 */
public record SecretFile(String name, Path path) {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** A secret that a container is given: whoever gave it says who of its group or host reads it. */
  private static final Set<PosixFilePermission> HANDED_OVER =
      PosixFilePermissions.fromString("rw-r--r--");

  private static final FileAttribute<?> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Whether the user of this process owns it; a mounted secret is often somebody else's. */
  private boolean isOurs() throws IOException {
    long user = new UnixSystem().getUid();
    return Files.getAttribute(path, "unix:uid") instanceof Integer owner
        && Integer.toUnsignedLong(owner) == user;
  }

  public boolean exists() {
    return Files.exists(path);
  }

  /**
   * What the file holds.
   *
   * @throws UncheckedIOException when it cannot be read
   * @throws IllegalStateException when others can read it, or change it
   */
  public String read() {
    try {
      Set<PosixFilePermission> got = Files.getPosixFilePermissions(path);
      Set<PosixFilePermission> most = isOurs() ? OWNER_ONLY : HANDED_OVER;
      if (!most.containsAll(got)) {
        throw new IllegalStateException(
            "%s: %s: want mode %s, got %s; run chmod %s on it"
                .formatted(
                    name,
                    path,
                    PosixFilePermissions.toString(most),
                    PosixFilePermissions.toString(got),
                    most.equals(OWNER_ONLY) ? "600" : "644"));
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw failed("read", e);
    }
  }

  /** What the file holds; made first where it is not there. */
  public String readOrMake(Supplier<String> content) {
    makeUnlessThere(content);
    return read();
  }

  private void makeUnlessThere(Supplier<String> content) {
    if (exists()) {
      return;
    }
    try {
      create(content.get());
    } catch (FileAlreadyExistsException faster) {
      // Another server made it in between: both go on with that one.
      return;
    }
  }

  /**
   * Makes the file; one that is there is never replaced. It is written beside its place and linked
   * there. If we die before that, the file beside is left over and never read.
   *
   * @throws FileAlreadyExistsException when there is one
   * @throws UncheckedIOException when it cannot be written, as where the file system has no links
   */
  public void create(String content) throws FileAlreadyExistsException {
    create(content, Files::createLink);
  }

  /** How a file gets a second name, or none where that name is taken. */
  interface Linking {
    void link(Path name, Path file) throws IOException;
  }

  void create(String content, Linking linking) throws FileAlreadyExistsException {
    Path beside = beside(content);
    try {
      try {
        link(linking, beside);
      } finally {
        Files.delete(beside);
      }
      force(folder(), StandardOpenOption.READ);
    } catch (FileAlreadyExistsException there) {
      throw new FileAlreadyExistsException(path.toString());
    } catch (IOException e) {
      throw failed("write", e);
    }
  }

  /** Without a link, a file that is there could be replaced, or be half there after a crash. */
  private void link(Linking linking, Path beside) throws IOException {
    try {
      linking.link(path, beside);
    } catch (FileAlreadyExistsException there) {
      throw there;
    } catch (FileSystemException refused) {
      throw new UncheckedIOException(
          "%s: cannot write %s: want a file system with hard links (not FAT, some network mounts): %s"
              .formatted(name, path, refused.getReason()),
          refused);
    }
  }

  /** Puts other content in its place; a reader sees all of the old or all of the new. */
  public void replace(String content) {
    Path beside = beside(content);
    try {
      try {
        Files.move(
            beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
      force(folder(), StandardOpenOption.READ);
    } catch (IOException e) {
      throw failed("write", e);
    }
  }

  /**
   * For a file that a library fills: makes it, empty, before that writes anything into it, and
   * takes away from others what an earlier server left to them.
   */
  public void guard() {
    makeUnlessThere(() -> "");
    try {
      Files.setPosixFilePermissions(path, OWNER_ONLY);
    } catch (IOException e) {
      throw failed("write", e);
    }
  }

  private Path beside(String content) {
    try {
      Files.createDirectories(folder(), FOLDER);
      Path beside =
          Files.createTempFile(
              folder(),
              path.getFileName() + ".",
              ".new",
              PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      fill(beside, content);
      return beside;
    } catch (IOException e) {
      throw failed("write", e);
    }
  }

  /** Half of a secret on a full disk is not left there. */
  private static void fill(Path beside, String content) throws IOException {
    try {
      Files.writeString(beside, content, StandardCharsets.UTF_8);
      force(beside, StandardOpenOption.WRITE);
    } catch (IOException e) {
      Files.delete(beside);
      throw e;
    }
  }

  private Path folder() {
    Path full = path.toAbsolutePath();
    Path folder = full.getParent();
    return folder == null ? full : folder;
  }

  private static void force(Path file, OpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(file, option)) {
      channel.force(true);
    }
  }

  private UncheckedIOException failed(String what, IOException why) {
    return new UncheckedIOException("%s: cannot %s %s".formatted(name, what, path), why);
  }
}
