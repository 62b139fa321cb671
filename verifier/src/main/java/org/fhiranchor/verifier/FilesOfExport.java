package org.fhiranchor.verifier;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.merkle.ExportFolder;

/** An export as it lies in a folder. */
record FilesOfExport(Path folder) implements ExportFolder {
  /** More than any export has: a folder of something else. */
  private static final int MOST = 1_000;

  @Override
  public Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .limit(MOST)
          .map(file -> String.valueOf(file.getFileName()))
          .collect(Collectors.toSet());
    }
  }

  @Override
  public InputStream open(String name) throws IOException {
    return Files.newInputStream(folder.resolve(name));
  }
}
