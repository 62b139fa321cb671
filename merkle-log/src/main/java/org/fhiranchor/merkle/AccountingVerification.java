package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Checks a patient's accounting, line by line ({@link AccountingFile}): each record is the one that
 * its statement names, each proof holds by itself, all are of one subject, their numbers run from 1
 * without a gap, each statement names the commitment of the one before (DIS-3), and the newest that
 * is anchored is the one that the map of heads of the ledger's newest size names (DIS-6). Keeps one
 * line at a time; never throws on what it is given. For one thread.
 */
public final class AccountingVerification {
  private static final String NO_HEADS =
      "an anchor that ends with the heads of all patients; ask for the accounting again";

  private static final String NOBODYS =
      "whose it is: no record in it names a patient, so the tag must be known; say --tag";
  private static final String NOT_PROVEN =
      "a proof of each line: not proven are %d at the end, nothing confirms what they say; ask for"
          + " the accounting again";

  private final LogVerifierKey key;
  private final Function<ProofFile, HeadEvidence> evidence;
  private final Wanted wanted;
  private final Map<Optional<Anchor>, HeadEvidence> known = new HashMap<>();
  private final Set<String> signed = new HashSet<>();
  private final List<Verdict.Passed> passed = new ArrayList<>();
  private final AccountingChain chain = new AccountingChain();
  private Optional<AccountingFile.Head> head = Optional.empty();
  private Optional<StepFailure> open = Optional.empty();
  private Optional<StepFailure> failure = Optional.empty();
  private Optional<Instant> removedBefore = Optional.empty();
  private LeafRanges erasedContents = LeafRanges.NONE;
  private long anchoredSize;
  private boolean anchored;
  private long removed;
  private long erased;
  private long waiting;

  /**
   * What an accounting must be to count.
   *
   * @param until with an instant, an accounting counts that was complete up to it, though the
   *     ledger has newer heads by now; empty: it must speak of the ledger's newest head
   * @param tag of the patient whose it must be
   * @param vouched whether somebody who is believed says whose it is, as the signed manifest of an
   *     export does; without that and a tag one that names no patient stays open: anybody's would
   *     do
   */
  public record Wanted(Optional<Instant> until, Optional<Digest> tag, boolean vouched) {
    /** Nobody says whose it is. */
    public Wanted(Optional<Instant> until, Optional<Digest> tag) {
      this(until, tag, false);
    }
  }

  /** A check of an accounting that must say itself whose it is. */
  public AccountingVerification(
      LogVerifierKey key, Function<ProofFile, HeadEvidence> evidence, Optional<Instant> until) {
    this(key, evidence, new Wanted(until, Optional.empty()));
  }

  /**
   * A check that has read nothing yet.
   *
   * @param evidence what is known about the log's head for a proof; asked once for each anchor
   */
  public AccountingVerification(
      LogVerifierKey key, Function<ProofFile, HeadEvidence> evidence, Wanted wanted) {
    this.key = key;
    this.evidence = evidence;
    this.wanted = wanted;
  }

  /** The next line of the file, without its end. */
  public void read(byte[] line) {
    if (failure.isPresent()) {
      return;
    }
    try {
      if (head.isEmpty()) {
        begin(AccountingFile.readHead(line));
      } else {
        next(AccountingFile.readEntry(line));
      }
    } catch (ProofFormatException wrong) {
      failure =
          Optional.of(
              StepFailure.not(
                  Step.PROOF_FILE,
                  head.isEmpty()
                      ? "not an accounting with proofs"
                      : "the line after " + chain.where() + " is none of an accounting",
                  AccountingFile.FORMAT,
                  String.valueOf(wrong.getMessage())));
    } catch (StepFailure no) {
      failure = Optional.of(no);
    }
  }

  /** Whether a line spoke against it: those after it are not looked at. */
  boolean hasFailed() {
    return failure.isPresent();
  }

  /** The answer, after the last line; to be asked for once. */
  public Verdict verdict() {
    try {
      if (failure.isPresent()) {
        throw failure.get();
      }
      end();
      return new Verdict.Verified(List.copyOf(passed));
    } catch (StepFailure no) {
      return no.verdict(List.copyOf(passed));
    }
  }

  private void begin(AccountingFile.Head first) {
    head = Optional.of(first);
    wanted.tag().ifPresent(tag -> AccountingChain.requireTag(tag, first.subject()));
    first.retention().ifPresent(this::retention);
    first.erasures().forEach(this::erasure);
    first.heads().ifPresent(heads -> headsLeaf(heads.proof()));
  }

  private void retention(ProofFile proof) {
    if (!(proof.statement() instanceof Statement.Retention leaf)) {
      throw StepFailure.not(
          Step.RECORD_DIGEST,
          "what should say that content was removed says something else",
          "a statement of kind retention",
          proof.statement().chain());
    }
    decided("the leaf that says which content was removed", proof);
    removedBefore = Optional.of(leaf.before());
  }

  private void erasure(ProofFile proof) {
    if (!(proof.statement() instanceof Statement.Erasure leaf)) {
      throw StepFailure.not(
          Step.RECORD_DIGEST,
          "what should say that content was erased says something else",
          "a statement of kind erasure",
          proof.statement().chain());
    }
    decided("a leaf that says which content was erased", proof);
    erasedContents = erasedContents.and(leaf.contents());
  }

  private void headsLeaf(ProofFile proof) {
    long index = proof.leafIndex().value();
    if (!(proof.statement() instanceof Statement.Heads heads)) {
      throw StepFailure.not(
          Step.HEADS,
          "the leaf is not one of heads",
          "a statement of kind heads",
          proof.statement().chain());
    }
    long size =
        proof.anchor().map(Anchor::size).orElse(proof.checkpoint().checkpoint().size()).value();
    if (index != size - 1) {
      throw StepFailure.not(
          Step.HEADS,
          "the heads are not those at the end of the anchored log",
          "leaf " + (size - 1),
          "leaf " + index);
    }
    if (heads.covers() != index) {
      throw StepFailure.not(
          Step.HEADS,
          "the heads do not cover all leaves before them",
          index + " leaves",
          heads.covers() + " leaves");
    }
    anchoredSize = size;
    if (decided("the heads leaf", proof)) {
      newestOnLedger(proof, heads);
    } else {
      // Signed is not enough: without the ledger anyone who holds the key could show an older end.
      open = open.or(() -> Optional.of(StepFailure.undecided(Step.HEADS, NO_HEADS)));
    }
  }

  private void newestOnLedger(ProofFile proof, Statement.Heads heads) {
    boolean moved =
        evidenceOf(proof) instanceof HeadEvidence.OnLedger ledger
            && ledger.size().value() != anchoredSize;
    Instant proven = ExportVerification.provenUpTo(heads.recorded());
    if (moved && wanted.until().filter(until -> !proven.isBefore(until)).isEmpty()) {
      open =
          Optional.of(
              StepFailure.undecided(
                  Step.HEADS,
                  "an accounting up to the ledger's newest head: this one is complete up to %s, the end of %d leaves; ask again, or say --until"
                      .formatted(proven, anchoredSize)));
    }
  }

  /** Whether the proof holds up to the ledger. What speaks against it ends the check. */
  private boolean decided(String what, ProofFile proof) {
    Verdict verdict =
        Verification.ofStatement(
            proof, key, evidenceOf(proof), signed.contains(proof.checkpoint().note()));
    if (verdict instanceof Verdict.NotVerified no) {
      throw StepFailure.not(no.step(), what + ": " + no.reason(), no.want(), no.got());
    }
    signed.add(proof.checkpoint().note());
    if (verdict instanceof Verdict.Undecided undecided && proof.anchor().isPresent()) {
      open =
          open.or(() -> Optional.of(StepFailure.undecided(undecided.step(), undecided.missing())));
    }
    return verdict instanceof Verdict.Verified;
  }

  private HeadEvidence evidenceOf(ProofFile proof) {
    return known.computeIfAbsent(proof.anchor(), anchor -> evidence.apply(proof));
  }

  private void next(AccountingFile.Entry entry) {
    if (entry.proof().isEmpty()) {
      String record =
          entry
              .record()
              .orElseThrow(
                  () -> new ProofFormatException("a line without a record and without a proof"));
      AccountingFile.requireRecord(record);
      chain.patient(record);
      waiting++;
      return;
    }
    ProofFile proof = entry.proof().get();
    if (waiting > 0) {
      throw new ProofFormatException("a numbered disclosure after one without a number");
    }
    Statement.Disclosure disclosure = chain.next(proof, head.orElseThrow().subject());
    record(disclosure, proof.leafIndex(), entry.record());
    decided(chain.where(), proof);
    anchored |= proof.anchor().isPresent();
    if (proof.leafIndex().value() < anchoredSize) {
      chain.anchored();
    }
  }

  private void record(Statement.Disclosure disclosure, LeafIndex leaf, Optional<String> record) {
    if (record.isEmpty()) {
      if (erasedContents.contains(leaf.value())) {
        erased++;
        return;
      }
      if (removedBefore.filter(disclosure.recorded()::isBefore).isEmpty()) {
        throw StepFailure.not(
            Step.RECORD_DIGEST,
            chain.where() + ": its content is not there, and no leaf says that it was removed",
            disclosure.record().hex(),
            "nothing");
      }
      removed++;
      return;
    }
    String got = Digest.sha256(record.get().getBytes(UTF_8)).hex();
    if (!got.equals(disclosure.record().hex())) {
      throw StepFailure.not(
          Step.RECORD_DIGEST,
          chain.where() + ": this is not the record that was committed to",
          disclosure.record().hex(),
          got);
    }
    chain.patient(record.get());
  }

  private void end() {
    AccountingFile.Head first =
        head.orElseThrow(
            () ->
                StepFailure.not(
                    Step.PROOF_FILE,
                    "not an accounting with proofs",
                    AccountingFile.FORMAT,
                    "nothing"));
    pass(Step.ACCOUNTING, chain.inWords(first.subject()));
    if (removed > 0) {
      pass(Step.RECORD_DIGEST, removed + " of them without content, which a leaf says was removed");
    }
    if (erased > 0) {
      pass(Step.RECORD_DIGEST, erased + " of them without content, which a leaf says was erased");
    }
    newest(first);
    if (wanted.tag().isEmpty() && !wanted.vouched() && !chain.isNamed()) {
      throw StepFailure.undecided(Step.ACCOUNTING, NOBODYS);
    }
    if (chain.notAnchored() > 0) {
      pass(Step.INCLUSION, chain.notAnchored() + " of them in the log, and not yet anchored");
    }
    if (waiting > 0) {
      throw StepFailure.undecided(Step.INCLUSION, NOT_PROVEN.formatted(waiting));
    }
    open.ifPresent(
        missing -> {
          throw missing;
        });
  }

  private void newest(AccountingFile.Head first) {
    if (first.heads().isEmpty()) {
      if (anchored) {
        throw StepFailure.not(
            Step.HEADS,
            "an anchored accounting without the heads of all patients",
            "a heads leaf",
            "none");
      }
      throw StepFailure.undecided(Step.HEADS, NO_HEADS);
    }
    AccountingFile.Newest heads = first.heads().get();
    Digest root = ((Statement.Heads) heads.proof().statement()).map();
    if (!(heads.map().check(root, first.subject(), chain.head(heads.salt()))
        instanceof ProofResult.Valid)) {
      throw StepFailure.not(
          Step.HEADS,
          "the newest disclosure is not the one that the anchored log names for this patient",
          "the head in the map of " + anchoredSize + " leaves",
          chain.newestInWords());
    }
    pass(
        Step.HEADS,
        chain.newestInWords()
            + " is the newest of the anchored "
            + anchoredSize
            + " leaves, as of "
            + heads.proof().statement().recorded());
  }

  private void pass(Step step, String what) {
    passed.add(new Verdict.Passed(step, what));
  }
}
