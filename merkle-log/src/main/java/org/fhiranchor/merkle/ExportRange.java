package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Opens every leaf of an export's range, in order, and makes the root anew. */
final class ExportRange {
  private final ExportManifest manifest;
  private final ExportManifest.Range range;
  private final ExportReader leaves;
  private final ExportRecords records;
  private final Optional<Instant> removedBefore;
  private final SortedSet<Long> unnamed = new TreeSet<>();
  private final SortedMap<Long, Digest> emptied = new TreeMap<>();
  private final List<Long> erased = new ArrayList<>();
  private Optional<Instant> first = Optional.empty();
  private Optional<Instant> last = Optional.empty();
  private Optional<Instant> newest = Optional.empty();
  private long next;
  private long removed;

  ExportRange(
      ExportManifest manifest,
      ExportManifest.Range range,
      ExportReader leaves,
      ExportRecords records,
      Optional<Instant> removedBefore) {
    this.manifest = manifest;
    this.range = range;
    this.leaves = leaves;
    this.records = records;
    this.removedBefore = removedBefore;
    this.next = range.from().value();
  }

  void run() throws IOException {
    Checkpoint head = manifest.origin().checkpoint().checkpoint();
    if (range.from().value() >= range.to().value() || range.to().value() > head.size().value()) {
      throw no(
          "the range is not inside the log",
          "leaves below " + head.size(),
          range.from() + " to " + range.to());
    }
    Digest root =
        RangeProof.root(range.from(), range.to(), head.size(), range.edges(), this::leafHash);
    if (!root.equals(head.root())) {
      throw no(
          "the leaves of the range do not make the signed root: a leaf was changed together with"
              + " its commitment, or left out",
          head.root().hex(),
          root.hex());
    }
    leaves.expectEnd(Step.EXPORT_LEAVES);
    bounds(head);
    erasures();
    if (removed != manifest.removed()) {
      throw no(
          "the manifest counts another number of removed contents",
          Long.toString(removed),
          Long.toString(manifest.removed()));
    }
  }

  private Digest leafHash() {
    try {
      byte[] text =
          leaves
              .line()
              .orElseThrow(
                  () -> no("the file of leaves ends too early", "leaf " + next, "its end"));
      ExportLeaves.Line line = ExportLeaves.read(text);
      if (line.index().value() != next) {
        throw no(
            "a leaf is missing, added or out of order", "leaf " + next, "leaf " + line.index());
      }
      if (line instanceof ExportLeaves.Opened opened) {
        take(opened);
      } else {
        unnamed.add(next);
        erased.add(next);
        last = Optional.empty();
      }
      next++;
      return line.leafHash();
    } catch (ProofFormatException wrong) {
      throw no(
          "leaf " + next + ": not a line of leaves",
          "leaf " + next,
          String.valueOf(wrong.getMessage()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void take(ExportLeaves.Opened opened) throws IOException {
    Statement statement = opened.statement();
    if (opened.inclusionProof().isPresent()) {
      throw no("leaf " + next + ": a proof that is not needed", "none", "one");
    }
    content(opened);
    if (next == range.from().value()) {
      first = Optional.of(statement.recorded());
    }
    last = Optional.of(statement.recorded());
    newest = newest.filter(known -> known.isAfter(statement.recorded())).or(() -> last);
    if (statement instanceof Statement.Erasure erasure) {
      unnamed.removeIf(erasure.leaves()::contains);
      emptied.keySet().removeIf(erasure.contents()::contains);
    }
    records.next(ExportedLeaf.of(opened.index(), statement, opened.record()));
  }

  /** A disclosure's content may be gone, where a leaf says that it was removed or erased. */
  private void content(ExportLeaves.Opened opened) {
    boolean gone = opened.record().isEmpty() && opened.statement() instanceof Statement.Disclosure;
    if (!gone) {
      record(opened);
      return;
    }
    removed++;
    if (removedBefore.filter(opened.statement().recorded()::isBefore).isEmpty()) {
      emptied.put(next, ((Statement.Disclosure) opened.statement()).record());
    }
  }

  /** Ends the check when the record is not the statement's. */
  static void record(ExportLeaves.Opened opened) {
    Optional<Digest> want = opened.statement().recordDigest();
    Optional<Digest> got = opened.record().map(text -> Digest.sha256(text.getBytes(UTF_8)));
    if (!want.equals(got)) {
      throw otherRecord(
          opened.index().value(),
          want.map(Digest::hex).orElse("no record"),
          got.map(Digest::hex).orElse("no record"));
    }
  }

  private static StepFailure otherRecord(long leaf, String want, String got) {
    return StepFailure.not(
        Step.RECORD_DIGEST,
        "leaf " + leaf + ": this is not the record that was committed to",
        want,
        got);
  }

  /** A range that is shorter than the log reaches well beyond the times that were asked for. */
  private void bounds(Checkpoint head) {
    ExportFilter filter = manifest.filter();
    boolean begins =
        range.from().value() == 0
            || (filter.since().isPresent()
                && first
                    .filter(
                        at ->
                            at.isBefore(
                                filter.since().get().minus(ExportVerification.OUT_OF_ORDER)))
                    .isPresent());
    boolean ends =
        range.to().value() == head.size().value()
            || (filter.until().isPresent()
                && last.filter(
                        at ->
                            at.isAfter(filter.until().get().plus(ExportVerification.OUT_OF_ORDER)))
                    .isPresent());
    if (!begins || !ends) {
      throw no(
          "the range is narrower than the times that the export was asked for",
          begins ? "leaves up to " + head.size() : "leaves from 0 on",
          range.from() + " to " + range.to());
    }
  }

  private void erasures() {
    if (!emptied.isEmpty()) {
      long leaf = emptied.firstKey();
      throw otherRecord(leaf, Objects.requireNonNull(emptied.get(leaf)).hex(), "no record");
    }
    if (!unnamed.isEmpty()) {
      throw no(
          "a leaf is not opened, and no leaf of the range says that it was erased",
          "leaf " + unnamed.first() + " with its statement",
          "its commitment alone");
    }
    if (!erased.equals(manifest.erased())) {
      throw no(
          "the manifest names other leaves as erased",
          erased.size() + " of them",
          manifest.erased().size() + " of them");
    }
  }

  /** Whether the leaf is in the tree of its own checkpoint. */
  static boolean isIn(ProofFile proof) {
    return ProofCheck.inclusion(
            proof.leafHash(),
            proof.leafIndex(),
            proof.checkpoint().checkpoint().size(),
            proof.inclusionProof(),
            proof.checkpoint().checkpoint().root())
        instanceof ProofResult.Valid;
  }

  /** The latest instant of any leaf. */
  Optional<Instant> newest() {
    return newest;
  }

  String inWords() {
    return "leaves %s to %d of %s, every one opened%s"
        .formatted(
            range.from(),
            range.to().value() - 1,
            manifest.origin().size(),
            erased.isEmpty() ? "" : " but " + erased.size() + " that leaves say were erased");
  }

  private static StepFailure no(String reason, String want, String got) {
    return StepFailure.not(Step.EXPORT_LEAVES, reason, want, got);
  }
}
