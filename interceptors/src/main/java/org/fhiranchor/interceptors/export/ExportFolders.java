package org.fhiranchor.interceptors.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The folders of exports on disk, one for each, for the server's own user alone. */
public final class ExportFolders {
  static final FileAttribute<Set<PosixFilePermission>> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final String ID = "[0-9a-f-]{36}";

  private final Path root;

  /** Below this folder, which all nodes share or each has its own. */
  public ExportFolders(Path root) {
    this.root = root;
  }

  /** The folder of an export, which is there from then on. */
  Path of(String id) throws IOException {
    return Files.createDirectories(path(id), FOLDER);
  }

  /** Where the folder of an export is, whether it is there or not. */
  public Path folder(String id) {
    return path(id);
  }

  private Path path(String id) {
    if (!id.matches(ID)) {
      throw new IllegalArgumentException("export: want an id that this server gave");
    }
    return root.resolve(id);
  }

  /** A file of an export; empty when it is not on this node. */
  Optional<Path> file(String id, String name) {
    Path file = path(id).resolve(name);
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /** The exports that have a folder here. */
  List<String> ids() {
    List<String> ids = new ArrayList<>();
    if (Files.isDirectory(root)) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
        for (Path folder : folders) {
          String name = String.valueOf(folder.getFileName());
          if (name.matches(ID)) {
            ids.add(name);
          }
        }
      } catch (IOException unreadable) {
        throw new UncheckedIOException("cannot read the folder of exports", unreadable);
      }
    }
    return ids;
  }

  /** Removes all files of an export. */
  void remove(String id) {
    Path folder = path(id);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot remove the files of an export", unreadable);
    }
  }
}
