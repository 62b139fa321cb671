package org.fhiranchor.interceptors.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.merkle.ExportManifest;
import org.fhiranchor.merkle.ExportOrigin;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.ProofFile;

/** Writes the manifest of an export, and the note that signs it. */
final class ExportSeal {
  private final LogSigningKey key;
  private final InstantSource clock;

  ExportSeal(LogSigningKey key, InstantSource clock) {
    this.key = key;
    this.clock = clock;
  }

  /**
   * What the manifest says.
   *
   * @param erased leaves of the range of which nothing is left but their commitment
   */
  record Contents(
      ExportOrigin origin,
      Optional<ExportManifest.Range> range,
      ExportMark mark,
      List<Long> erased,
      Optional<ProofFile> retention) {}

  void put(Path folder, ProvenanceExport.Order order, List<String> proofs, Contents contents)
      throws IOException {
    List<ExportManifest.FileEntry> files = new ArrayList<>();
    for (String name : proofs) {
      files.add(ExportOutput.entry(folder, name));
    }
    for (String name : order.format().files()) {
      files.add(ExportOutput.entry(folder, name));
    }
    ExportManifest manifest =
        new ExportManifest(
            clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
            contents.origin(),
            contents.range(),
            order.filter(),
            order.format(),
            contents.mark().counts(),
            contents.mark().removed(),
            contents.erased(),
            contents.retention(),
            files);
    byte[] bytes = manifest.toJson().getBytes(UTF_8);
    put(folder, ExportManifest.NAME, bytes);
    put(folder, ExportManifest.SIGNATURE, key.signExport(bytes).getBytes(UTF_8));
  }

  private static void put(Path folder, String name, byte[] bytes) throws IOException {
    Path beside = folder.resolve(name + ".new");
    Files.deleteIfExists(beside);
    Files.createFile(beside, ExportFolders.FILE);
    Files.write(beside, bytes);
    Files.move(
        beside,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
