package org.fhiranchor.merkle;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The leaves of an export of one patient: the accounting, which proves its own completeness, and
 * other leaves, each with a proof of its own.
 */
final class ExportOfPatient {
  private final ExportManifest manifest;
  private final ExportRecords records;
  private final AccountingVerification accounting;
  private Optional<Instant> newest = Optional.empty();
  private long last = -1;
  private long removed;

  ExportOfPatient(
      ExportManifest manifest, ExportRecords records, AccountingVerification accounting) {
    this.manifest = manifest;
    this.records = records;
    this.accounting = accounting;
  }

  /** The steps of the accounting that held. */
  List<Verdict.Passed> accounting(ExportReader lines) throws IOException {
    boolean head = true;
    for (Optional<byte[]> line = lines.line(); line.isPresent(); line = lines.line()) {
      accounting.read(line.get());
      if (accounting.hasFailed()) {
        break;
      }
      if (!head) {
        take(AccountingFile.readEntry(line.get()));
      }
      head = false;
    }
    Verdict verdict = accounting.verdict();
    if (verdict instanceof Verdict.NotVerified no) {
      throw StepFailure.not(no.step(), no.reason(), no.want(), no.got());
    }
    if (verdict instanceof Verdict.Undecided open) {
      throw StepFailure.undecided(open.step(), open.missing());
    }
    return verdict.passed();
  }

  private void take(AccountingFile.Entry entry) throws IOException {
    if (entry.proof().isPresent()) {
      ProofFile proof = entry.proof().get();
      removed += entry.record().isEmpty() ? 1 : 0;
      seen(proof.statement());
      ExportedLeaf leaf = ExportedLeaf.of(proof.leafIndex(), proof.statement(), entry.record());
      Optional<String> patient = leaf.text("patient");
      if (patient.isPresent() && !patient.equals(manifest.filter().patient())) {
        throw no(
            "the accounting is of another patient",
            manifest.filter().patient().orElse("none"),
            patient.get());
      }
      records.next(leaf);
    }
  }

  private void seen(Statement statement) {
    newest =
        newest
            .filter(known -> known.isAfter(statement.recorded()))
            .or(() -> Optional.of(statement.recorded()));
  }

  void leaves(ExportReader lines) throws IOException {
    if (manifest.removed() != removed) {
      throw no(
          "the manifest counts another number of removed contents",
          Long.toString(removed),
          Long.toString(manifest.removed()));
    }
    String where = lines.where();
    for (Optional<byte[]> line = lines.line(); line.isPresent(); line = lines.line()) {
      leaf(where, line.get());
      where = lines.where();
    }
  }

  private void leaf(String where, byte[] line) throws IOException {
    try {
      if (!(ExportLeaves.read(line) instanceof ExportLeaves.Opened opened)) {
        throw no(where + ": a leaf is not opened", "its statement", "its commitment alone");
      }
      open(opened);
    } catch (ProofFormatException wrong) {
      throw no(
          where + ": not a line of leaves",
          "a leaf with its statement and its proof",
          String.valueOf(wrong.getMessage()));
    }
  }

  private void open(ExportLeaves.Opened opened) throws IOException {
    Checkpoint head = manifest.origin().checkpoint().checkpoint();
    if (opened.index().value() <= last) {
      throw no(
          "a leaf is there twice, or out of order",
          "a leaf after " + last,
          "leaf " + opened.index());
    }
    last = opened.index().value();
    ProofResult result =
        ProofCheck.inclusion(
            opened.leafHash(),
            opened.index(),
            head.size(),
            opened.inclusionProof().orElseThrow(() -> new ProofFormatException("no proof")),
            head.root());
    if (result instanceof ProofResult.Invalid invalid) {
      throw no(
          "leaf %s: %s".formatted(opened.index(), invalid.reason()), invalid.want(), invalid.got());
    }
    ExportRange.record(opened);
    ExportedLeaf leaf = ExportedLeaf.of(opened.index(), opened.statement(), opened.record());
    if (opened.statement() instanceof Statement.Disclosure) {
      throw no("a disclosure outside of the accounting", "none", "leaf " + opened.index());
    }
    seen(opened.statement());
    records.next(leaf);
  }

  Optional<Instant> newest() {
    return newest;
  }

  String inWords() {
    return "each opened leaf has its proof; disclosures and refusals by their chain up to the"
        + " newest one";
  }

  private static StepFailure no(String reason, String want, String got) {
    return StepFailure.not(Step.EXPORT_LEAVES, reason, want, got);
  }
}
