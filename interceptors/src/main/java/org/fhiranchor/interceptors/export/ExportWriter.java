package org.fhiranchor.interceptors.export;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.disclosure.AccountingProofs;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.ExportFilter;
import org.fhiranchor.merkle.ExportLeaves;
import org.fhiranchor.merkle.ExportManifest;
import org.fhiranchor.merkle.ExportOrigin;
import org.fhiranchor.merkle.ExportVerification;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.RangeProof;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TileNodes;

/**
 * Writes the files of an export, a page of leaves at a time. A row that the signed tree does not
 * hold ends it: nothing is exported that its reader could not verify.
 */
public final class ExportWriter {
  /** Leaves that are read at once. */
  static final int PAGE = 1_000;

  private final Sources sources;
  private final ExportFolders folders;
  private final ExportSeal seal;

  /** What it reads. */
  public record Sources(
      LogStore log,
      ChainRows rows,
      ConfirmedLeaves leaves,
      DisclosureStore disclosures,
      AccountingProofs accountings,
      Proofs proofs,
      PatientResources resources) {}

  /** Hears how far it is. */
  interface Listener {
    /** At which head it is taken. */
    void begins(String head, long total);

    /**
     * The files are durable up to here.
     *
     * @return false to end it
     */
    boolean goOn(ExportMark mark);

    /** Whether a mark is due: making files durable costs a little. */
    boolean isDue();
  }

  /** Signs with this key. */
  public ExportWriter(
      Sources sources, ExportFolders folders, LogSigningKey key, InstantSource clock) {
    this.sources = sources;
    this.folders = folders;
    this.seal = new ExportSeal(key, clock);
  }

  /**
   * Makes the export, or goes on with it.
   *
   * @throws CancellationException when the listener ends it
   * @throws CorruptLogException when the log contradicts itself
   * @throws IOException when the disk fails
   */
  void write(ProvenanceExport export, Listener listener) throws IOException {
    if (export.order().filter().patient().isPresent()) {
      new PatientExportWriter(sources, folders, seal).write(export, listener);
    } else {
      writeRange(export, listener);
    }
  }

  private void writeRange(ProvenanceExport export, Listener listener) throws IOException {
    Path folder = folders.of(export.id());
    boolean goesOn =
        export.head().isPresent()
            && export.mark().isPresent()
            && folders.file(export.id(), ExportLeaves.NAME).isPresent();
    ExportOrigin origin =
        goesOn
            ? ExportManifest.readOrigin(export.head().orElseThrow())
            : sources.proofs().snapshot().head();
    ExportMark mark =
        goesOn
            ? ExportMark.of(export.mark().orElseThrow())
            : range(export.order().filter(), origin.checkpoint().checkpoint());
    listener.begins(ExportManifest.write(origin), mark.to() - mark.from());
    ExportMark done = mark;
    try (ExportOutput out =
        new ExportOutput(folder, export.order(), origin, List.of(ExportLeaves.NAME), mark)) {
      while (done.next() < mark.to()) {
        long removed = page(out, origin, done);
        long next = Math.min(mark.to(), done.next() + PAGE);
        boolean due = listener.isDue() || next == mark.to();
        done =
            new ExportMark(
                mark.from(),
                mark.to(),
                next,
                due ? out.durable() : done.lengths(),
                out.counts(),
                done.removed() + removed);
        // If we die here whoever goes on cuts the files to this mark.
        if (due && !listener.goOn(done)) {
          throw new CancellationException("the export was ended");
        }
      }
      out.finish();
    }
    ExportMark end = done;
    seal.put(
        folder,
        export.order(),
        List.of(ExportLeaves.NAME),
        new ExportSeal.Contents(
            origin, Optional.of(range(origin, end)), end, erased(end), retention(end)));
  }

  /**
   * Whether the head that an export is taken at now holds all leaves of erasures: else it could not
   * show why leaves are not opened.
   */
  boolean isReady() {
    long size = sources.proofs().snapshot().head().checkpoint().checkpoint().size().value();
    return sources.rows().newest(List.of(Statement.Erasure.CHAIN)).stream()
        .allMatch(row -> row.leaf().index().value() < size);
  }

  private List<Long> erased(ExportMark mark) {
    return erased(new LeafIndex(mark.from()), new LeafIndex(mark.to())).stream()
        .map(row -> row.index().value())
        .toList();
  }

  private ExportManifest.Range range(ExportOrigin origin, ExportMark mark) {
    LeafIndex from = new LeafIndex(mark.from());
    LeafIndex to = new LeafIndex(mark.to());
    Checkpoint head = origin.checkpoint().checkpoint();
    TileNodes nodes = new TileNodes(head.size(), sources.log().tiles());
    return new ExportManifest.Range(from, to, RangeProof.edges(from, to, head.size(), nodes));
  }

  private Optional<ProofFile> retention(ExportMark mark) {
    return mark.removed() > 0
        ? sources.accountings().retention(sources.proofs().snapshot())
        : Optional.empty();
  }

  /**
   * From the last leaf well before the first instant to the first well after the last one. Where
   * something was erased up to the end, for the leaf that says so may be anywhere.
   */
  private ExportMark range(ExportFilter filter, Checkpoint head) {
    long size = head.size().value();
    long from =
        filter
            .since()
            .map(at -> Math.max(0, first(size, at.minus(ExportVerification.OUT_OF_ORDER)) - 1))
            .orElse(0L);
    long to =
        filter
            .until()
            .map(
                at ->
                    Math.min(
                        size,
                        first(size, at.plus(ExportVerification.OUT_OF_ORDER).plusMillis(1)) + 1))
            .filter(end -> sources.leaves().erasures().isEmpty())
            .orElse(size);
    return ExportMark.atBeginning(from, Math.max(to, from + 1));
  }

  /** The first leaf that was recorded at an instant or later, found by halving. */
  private long first(long size, Instant at) {
    long low = 0;
    long high = size;
    while (low < high) {
      long middle = (low + high) >>> 1;
      boolean before =
          sources.log().leaves(new LeafIndex(middle), new LeafIndex(middle + 1)).stream()
              .anyMatch(leaf -> leaf.statement().recorded().isBefore(at));
      low = before ? middle + 1 : low;
      high = before ? high : middle;
    }
    return low;
  }

  /** One page; how many of its records were removed. */
  private long page(ExportOutput out, ExportOrigin origin, ExportMark at) throws IOException {
    long to = Math.min(at.to(), at.next() + PAGE);
    LeafIndex from = new LeafIndex(at.next());
    List<ChainRows.Placed> rows = sources.rows().range(from, new LeafIndex(to));
    List<ChainRows.Erased> erased = erased(from, new LeafIndex(to), rows);
    if (rows.size() + erased.size() != to - at.next()) {
      throw sources
          .leaves()
          .contradiction("anchor_leaf: a leaf from %d to %d is missing".formatted(at.next(), to));
    }
    return new ExportPage(sources, rows, erased, origin.checkpoint().checkpoint())
        .write(out, Optional.empty());
  }

  /** Those that a leaf says were erased, and that were so when the others were read. */
  private List<ChainRows.Erased> erased(
      LeafIndex from, LeafIndex to, List<ChainRows.Placed> others) {
    Set<LeafIndex> read =
        others.stream().map(row -> row.leaf().index()).collect(Collectors.toSet());
    return erased(from, to).stream().filter(row -> !read.contains(row.index())).toList();
  }

  private List<ChainRows.Erased> erased(LeafIndex from, LeafIndex to) {
    return sources.leaves().erasedRows(from, to, sources.leaves().head());
  }
}
