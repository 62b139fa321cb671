package org.fhiranchor.verifier;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.fhiranchor.merkle.CanonicalJson;
import org.fhiranchor.merkle.ErasureVerification;
import org.fhiranchor.merkle.HistoryVerification;
import org.fhiranchor.merkle.ProofFile;

/** Files, read no further than they may be long. */
final class Inputs {
  static final int MAX_VERSIONS = 10_000;

  private static final String PROOF = ".proof.json";

  private Inputs() {}

  static byte[] resource(Path file) {
    return read(file, CanonicalJson.MAX_BYTES);
  }

  static byte[] proof(Path file) {
    return read(file, ProofFile.MAX_BYTES);
  }

  static byte[] erasure(Path file) {
    return read(file, ErasureVerification.MAX_BYTES);
  }

  /** All versions in the folder, in the order of their names. */
  static List<HistoryVerification.Version> history(Path folder) {
    List<HistoryVerification.Version> versions = new ArrayList<>();
    for (String name : names(folder)) {
      versions.add(version(folder, name));
    }
    return versions;
  }

  /** One version of {@link #names}. */
  static HistoryVerification.Version version(Path folder, String name) {
    Path resource = folder.resolve(name + ".json");
    Optional<byte[]> content =
        Files.exists(resource) ? Optional.of(resource(resource)) : Optional.empty();
    return new HistoryVerification.Version(content, proof(folder.resolve(name + PROOF)));
  }

  /**
   * {@code <name>.proof.json} with {@code <name>.json} beside it; a deleted version has no second.
   */
  static SortedSet<String> names(Path folder) {
    SortedSet<String> proofs = new TreeSet<>();
    SortedSet<String> resources = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean proof = name.endsWith(PROOF);
        String stem = name.substring(0, name.length() - (proof ? PROOF : ".json").length());
        (proof ? proofs : resources).add(stem);
        if (proofs.size() > MAX_VERSIONS || resources.size() > MAX_VERSIONS) {
          throw new UsageException(folder + ": want at most " + MAX_VERSIONS + " versions");
        }
      }
    } catch (IOException unreadable) {
      throw new UsageException("cannot read folder " + folder + ": " + unreadable.getMessage());
    }
    resources.removeAll(proofs);
    if (!resources.isEmpty()) {
      throw new UsageException(
          folder + ": " + resources.first() + ".json has no " + PROOF + " beside it");
    }
    return proofs;
  }

  /** Gives the lines without their ends; of a longer line only one byte more than it may have. */
  static void lines(Path file, int max, Consumer<byte[]> reader) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      boolean open = false;
      for (int next = in.read(); next >= 0; next = in.read()) {
        open = next != '\n';
        if (!open) {
          reader.accept(line.toByteArray());
          line.reset();
        } else if (line.size() <= max) {
          line.write(next);
        }
      }
      if (open) {
        reader.accept(line.toByteArray());
      }
    } catch (IOException unreadable) {
      throw new UsageException(
          "cannot read " + file + ": " + unreadable.getClass().getSimpleName());
    }
  }

  /** One byte more than allowed is read, so that a longer file is refused by its own check. */
  private static byte[] read(Path file, int max) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(max + 1);
    } catch (IOException unreadable) {
      throw new UsageException(
          "cannot read " + file + ": " + unreadable.getClass().getSimpleName());
    }
  }
}
