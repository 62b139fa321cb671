package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Checks an export, offline but for the ledger's head (EXP-2): the manifest is signed, every leaf
 * of its range is opened and makes the signed root, each line of records is what its leaf says, no
 * line is missing, and the head is the ledger's newest. Keeps one line at a time. For one thread.
 */
public final class ExportVerification {
  /**
   * No transaction lasts longer, so a leaf stands at most so far from where its instant belongs.
   */
  public static final Duration OUT_OF_ORDER = Duration.ofHours(1);

  private final ExportFolder folder;
  private final LogVerifierKey key;
  private final Function<Optional<Anchor>, HeadEvidence> evidence;
  private final Optional<Instant> until;
  private final List<Verdict.Passed> passed = new ArrayList<>();

  /**
   * A check of one export.
   *
   * @param evidence what is known about the log's head
   * @param until with an instant, an export is enough that was complete up to it, though the ledger
   *     has newer heads by now; without one, up to the end of the times that it was asked for
   */
  public ExportVerification(
      ExportFolder folder,
      LogVerifierKey key,
      Function<Optional<Anchor>, HeadEvidence> evidence,
      Optional<Instant> until) {
    this.folder = folder;
    this.key = key;
    this.evidence = evidence;
    this.until = until;
  }

  /**
   * The answer.
   *
   * @throws IOException when a file cannot be read
   */
  public Verdict verify() throws IOException {
    try {
      ExportManifest manifest = manifest();
      checkFiles(manifest);
      checkSignature(manifest.origin().checkpoint());
      pass(Step.CHECKPOINT_SIGNATURE, key + ", " + manifest.origin().size() + " leaves");
      Optional<Instant> newest;
      try (ExportRecords records = new ExportRecords(manifest, folder)) {
        newest =
            manifest.range().isPresent()
                ? range(manifest, manifest.range().get(), records)
                : patient(manifest, records);
      }
      counted(manifest);
      pass(Step.LEDGER_HEAD, head(manifest, newest));
      return new Verdict.Verified(List.copyOf(passed));
    } catch (ProofFormatException wrong) {
      return StepFailure.not(
              Step.EXPORT_MANIFEST,
              "a file is none of an export",
              ExportManifest.FORMAT,
              String.valueOf(wrong.getMessage()))
          .verdict(List.copyOf(passed));
    } catch (StepFailure no) {
      return no.verdict(List.copyOf(passed));
    } catch (UncheckedIOException unreadable) {
      throw new IOException("an export cannot be read", unreadable);
    }
  }

  private ExportManifest manifest() throws IOException {
    for (String name : List.of(ExportManifest.NAME, ExportManifest.SIGNATURE)) {
      if (!folder.names().contains(name)) {
        throw missing(name);
      }
    }
    byte[] bytes = read(ExportManifest.NAME, ExportManifest.MAX_BYTES);
    byte[] note = read(ExportManifest.SIGNATURE, SignedCheckpoint.MAX_NOTE);
    ExportSignature.check(key, bytes, new String(note, UTF_8));
    ExportManifest manifest = ExportManifest.parse(bytes);
    pass(
        Step.EXPORT_MANIFEST,
        "signed; %s of %s, made %s"
            .formatted(manifest.format().word(), manifest.filter().toText(), manifest.created()));
    return manifest;
  }

  private byte[] read(String name, int most) throws IOException {
    try (InputStream in = folder.open(name)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new ProofFormatException(name + ": want at most " + most + " bytes");
      }
      return bytes;
    }
  }

  private static StepFailure missing(String name) {
    return StepFailure.not(Step.EXPORT_MANIFEST, "a file is missing", name, "no such file");
  }

  private void checkFiles(ExportManifest manifest) throws IOException {
    Set<String> want = new TreeSet<>(manifest.format().files());
    want.add(ExportLeaves.NAME);
    if (manifest.range().isEmpty()) {
      want.add(ExportManifest.ACCOUNTING);
    }
    Set<String> named = new TreeSet<>();
    manifest.files().forEach(file -> named.add(file.name()));
    if (!named.equals(want) || named.size() != manifest.files().size()) {
      throw StepFailure.not(
          Step.EXPORT_MANIFEST,
          "the manifest names other files than such an export has",
          want.toString(),
          named.toString());
    }
    Set<String> there = new TreeSet<>(folder.names());
    there.removeAll(List.of(ExportManifest.NAME, ExportManifest.SIGNATURE));
    for (String name : want) {
      if (!there.remove(name)) {
        throw missing(name);
      }
    }
    if (!there.isEmpty()) {
      throw StepFailure.not(
          Step.EXPORT_MANIFEST,
          "a file that is none of this export",
          want.toString(),
          String.join(", ", there));
    }
  }

  private void checkSignature(SignedCheckpoint checkpoint) {
    if (checkpoint.verify(key) instanceof SignedCheckpoint.Opened.Refused refused) {
      throw StepFailure.not(
          Step.CHECKPOINT_SIGNATURE, refused.reason(), refused.want(), refused.got());
    }
  }

  private Optional<Instant> range(
      ExportManifest manifest, ExportManifest.Range range, ExportRecords records)
      throws IOException {
    try (ExportReader leaves = new ExportReader(folder, ExportLeaves.NAME)) {
      ExportRange check =
          new ExportRange(manifest, range, leaves, records, removedBefore(manifest));
      check.run();
      records.end();
      same(manifest, List.of(leaves), records);
      pass(Step.EXPORT_LEAVES, check.inWords());
      return check.newest();
    }
  }

  private Optional<Instant> patient(ExportManifest manifest, ExportRecords records)
      throws IOException {
    AccountingVerification accounting =
        new AccountingVerification(
            key,
            proof -> evidence.apply(proof.anchor()),
            new AccountingVerification.Wanted(enough(manifest), Optional.empty(), true));
    ExportOfPatient check = new ExportOfPatient(manifest, records, accounting);
    try (ExportReader lines = new ExportReader(folder, ExportManifest.ACCOUNTING);
        ExportReader leaves = new ExportReader(folder, ExportLeaves.NAME)) {
      List<Verdict.Passed> held = check.accounting(lines);
      check.leaves(leaves);
      records.end();
      same(manifest, List.of(lines, leaves), records);
      passed.addAll(held);
      pass(Step.EXPORT_LEAVES, check.inWords());
      return check.newest();
    }
  }

  private Optional<Instant> removedBefore(ExportManifest manifest) {
    return manifest
        .retention()
        .map(
            proof -> {
              checkSignature(proof.checkpoint());
              if (proof.statement() instanceof Statement.Retention leaf
                  && ExportRange.isIn(proof)) {
                return leaf.before();
              }
              throw StepFailure.not(
                  Step.RECORD_DIGEST,
                  "what should say that content was removed is no such leaf of this log",
                  "a leaf of kind retention",
                  proof.statement().chain());
            });
  }

  /** Every file is to the byte what the signed manifest says, whatever its lines meant. */
  private static void same(
      ExportManifest manifest, List<ExportReader> proofs, ExportRecords records)
      throws IOException {
    List<ExportReader> readers = new ArrayList<>(proofs);
    readers.addAll(records.files().values());
    for (ExportReader reader : readers) {
      ExportManifest.FileEntry got = reader.all();
      ExportManifest.FileEntry want =
          manifest.files().stream()
              .filter(file -> file.name().equals(got.name()))
              .findFirst()
              .orElseThrow(() -> missing(got.name()));
      if (!want.equals(got)) {
        throw StepFailure.not(
            Step.EXPORT_MANIFEST,
            got.name() + " has another length or digest than the manifest says",
            want.bytes() + " bytes, " + want.sha256().hex(),
            got.bytes() + " bytes, " + got.sha256().hex());
      }
    }
  }

  private void counted(ExportManifest manifest) {
    List<String> words = new ArrayList<>();
    for (ExportKind kind : ExportKind.values()) {
      if (manifest.filter().kinds().contains(kind)) {
        words.add(
            "%d %s (%s)"
                .formatted(
                    manifest.counts().getOrDefault(kind, 0L),
                    kind.word(),
                    manifest.completeness(kind)));
      }
    }
    if (manifest.removed() > 0) {
      words.add(manifest.removed() + " without content, which a leaf says was removed");
    }
    pass(Step.EXPORT_RECORDS, String.join(", ", words));
  }

  /** Up to when it must be complete: what is recorded later is in no time that was asked for. */
  private Optional<Instant> enough(ExportManifest manifest) {
    return until.or(manifest.filter()::until);
  }

  /** Up to when nothing is missing before a leaf of this instant: others may come so late. */
  static Instant provenUpTo(Instant recorded) {
    return recorded.minus(OUT_OF_ORDER);
  }

  /** The head of the export is the newest that is known, or one after the instant asked for. */
  private String head(ExportManifest manifest, Optional<Instant> newest) {
    ExportOrigin origin = manifest.origin();
    origin
        .anchor()
        .filter(
            anchor ->
                !anchor.size().equals(origin.size())
                    || !anchor.root().equals(origin.checkpoint().checkpoint().root()))
        .ifPresent(
            other -> {
              throw StepFailure.not(
                  Step.CONSISTENCY,
                  "the anchor is of another head than the checkpoint",
                  origin.size() + " leaves, " + origin.checkpoint().checkpoint().root().hex(),
                  other.size() + " leaves, " + other.root().hex());
            });
    HeadEvidence head = evidence.apply(origin.anchor());
    Optional<Instant> proven = newest.map(ExportVerification::provenUpTo);
    boolean early =
        proven.isEmpty() || enough(manifest).filter(end -> !proven.get().isBefore(end)).isEmpty();
    if (head instanceof HeadEvidence.Pinned pinned
        && pinned.size().value() > origin.size().value()) {
      throw StepFailure.not(
          Step.LEDGER_HEAD,
          "the export ends before the head that you know",
          pinned.size() + " leaves",
          origin.size() + " leaves");
    }
    String found = HeadCheck.check(origin, head);
    if (early
        && head instanceof HeadEvidence.OnLedger ledger
        && !ledger.size().equals(origin.size())) {
      throw StepFailure.undecided(
          Step.LEDGER_HEAD,
          "an export up to the ledger's newest head of %s leaves: this one ends at leaf %s%s; ask again, or say --until"
              .formatted(
                  ledger.size(),
                  origin.size(),
                  proven.map(end -> ", complete up to " + end).orElse("")));
    }
    return found;
  }

  private void pass(Step step, String what) {
    passed.add(new Verdict.Passed(step, what));
  }
}
