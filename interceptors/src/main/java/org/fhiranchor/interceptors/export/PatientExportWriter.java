package org.fhiranchor.interceptors.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.AccountingProofs;
import org.fhiranchor.interceptors.log.serving.ProofSnapshot;
import org.fhiranchor.merkle.AccountingFile;
import org.fhiranchor.merkle.ExportLeaves;
import org.fhiranchor.merkle.ExportManifest;
import org.fhiranchor.merkle.ExportOrigin;
import org.fhiranchor.merkle.ExportedLeaf;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.TileNodes;

/**
 * Writes the export of one patient: the accounting, which proves its own completeness, and the
 * leaves of what is linked to the patient now, each with a proof of its own.
 */
final class PatientExportWriter {
  private final ExportWriter.Sources sources;
  private final ExportFolders folders;
  private final ExportSeal seal;

  PatientExportWriter(ExportWriter.Sources sources, ExportFolders folders, ExportSeal seal) {
    this.sources = sources;
    this.folders = folders;
    this.seal = seal;
  }

  void write(ProvenanceExport export, ExportWriter.Listener listener) throws IOException {
    Path folder = folders.of(export.id());
    ProofSnapshot snapshot = sources.proofs().snapshot();
    ExportOrigin origin = snapshot.head();
    PatientId patient =
        new PatientId(
            export.order().filter().patient().orElseThrow().substring("Patient/".length()));
    List<Long> versions = versions(patient, origin);
    listener.begins(ExportManifest.write(origin), versions.size());
    ExportMark begin = ExportMark.atBeginning(0, versions.size());
    List<String> proofs = List.of(ExportManifest.ACCOUNTING, ExportLeaves.NAME);
    try (ExportOutput out = new ExportOutput(folder, export.order(), origin, proofs, begin)) {
      Accounted accounted = new Accounted(out, listener, begin);
      sources.accountings().read(patient, Optional.of(snapshot), accounted);
      accounted.rethrow();
      TileNodes nodes =
          new TileNodes(origin.checkpoint().checkpoint().size(), sources.log().tiles());
      for (int i = 0; i < versions.size(); i++) {
        long index = versions.get(i);
        new ExportPage(
                sources,
                sources.rows().range(new LeafIndex(index), new LeafIndex(index + 1)),
                List.of(),
                origin.checkpoint().checkpoint())
            .write(out, Optional.of(nodes));
        accounted.goOn(i + 1L);
      }
      out.finish();
      seal.put(
          folder,
          export.order(),
          proofs,
          new ExportSeal.Contents(
              origin,
              Optional.empty(),
              new ExportMark(
                  0, versions.size(), versions.size(), Map.of(), out.counts(), accounted.removed),
              List.of(),
              Optional.empty()));
    }
  }

  /** The leaves of a patient's resources, and of their consents and keys, by index. */
  private List<Long> versions(PatientId patient, ExportOrigin origin) {
    List<String> chains = new ArrayList<>(List.of("subject:" + patient.reference()));
    List<Long> found = new ArrayList<>();
    sources
        .resources()
        .each(
            patient,
            resource -> {
              chains.add("resource:" + resource);
              if (chains.size() == ExportWriter.PAGE) {
                add(chains, origin, found);
                chains.clear();
              }
            });
    add(chains, origin, found);
    return found.stream().sorted().distinct().toList();
  }

  private void add(List<String> chains, ExportOrigin origin, List<Long> found) {
    long size = origin.checkpoint().checkpoint().size().value();
    if (!chains.isEmpty()) {
      sources.rows().all(chains).stream()
          .map(row -> row.leaf().index().value())
          .filter(index -> index < size)
          .forEach(found::add);
    }
  }

  /** Writes an accounting as it comes. */
  private static final class Accounted implements AccountingProofs.Reader {
    private final ExportOutput out;
    private final ExportWriter.Listener listener;
    private final ExportMark begin;
    private Optional<IOException> failed = Optional.empty();
    private long removed;

    Accounted(ExportOutput out, ExportWriter.Listener listener, ExportMark begin) {
      this.out = out;
      this.listener = listener;
      this.begin = begin;
    }

    @Override
    public void head(AccountingFile.Head head) {
      run(() -> out.proof(ExportManifest.ACCOUNTING, AccountingFile.write(head)));
    }

    @Override
    public void entry(AccountingFile.Entry entry) {
      run(
          () -> {
            out.proof(ExportManifest.ACCOUNTING, AccountingFile.write(entry));
            if (entry.proof().isPresent()) {
              removed += entry.record().isEmpty() ? 1 : 0;
              out.record(
                  ExportedLeaf.of(
                      entry.proof().get().leafIndex(),
                      entry.proof().get().statement(),
                      entry.record()));
            }
            goOn(0);
          });
    }

    /** Something that writes. */
    @FunctionalInterface
    private interface Writing {
      void run() throws IOException;
    }

    private void run(Writing writing) {
      if (failed.isEmpty()) {
        try {
          writing.run();
        } catch (IOException disk) {
          failed = Optional.of(disk);
        }
      }
    }

    void rethrow() throws IOException {
      if (failed.isPresent()) {
        throw failed.get();
      }
    }

    void goOn(long done) {
      ExportMark mark = new ExportMark(0, begin.to(), done, Map.of(), Map.of(), 0);
      if (listener.isDue() && !listener.goOn(mark)) {
        throw new CancellationException("the export was ended");
      }
    }
  }
}
