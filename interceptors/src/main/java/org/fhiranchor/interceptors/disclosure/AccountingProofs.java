package org.fhiranchor.interceptors.disclosure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.log.heads.HeadsProofs;
import org.fhiranchor.interceptors.log.serving.ProofSnapshot;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.merkle.AccountingFile;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.Statement;

/**
 * A patient's whole accounting as a file that proves its own completeness (EXP-3, DIS-6). One page
 * at a time in memory, whatever its length.
 */
public final class AccountingProofs {
  private static final int PAGE = 1_000;

  private final DisclosureStore store;
  private final ChainRows rows;
  private final LogStore log;
  private final SubjectTags tags;
  private final Proofs proofs;
  private final HeadsProofs heads;

  /** What it reads. */
  public record Sources(DisclosureStore store, ChainRows rows, LogStore log) {}

  /** Accountings out of this journal. */
  public AccountingProofs(Sources sources, SubjectTags tags, Proofs proofs, HeadsProofs heads) {
    this.store = sources.store();
    this.rows = sources.rows();
    this.log = sources.log();
    this.tags = tags;
    this.proofs = proofs;
    this.heads = heads;
  }

  /**
   * Gives the file, line by line.
   *
   * @throws CorruptLogException when the log contradicts itself; before the first line, or in the
   *     middle of the file
   */
  public void write(PatientId patient, Consumer<String> line) {
    Digest subject = tags.of(Optional.of(patient));
    // Before the leaves: what is sequenced between the two looks is then in both, not in neither.
    Set<Digest> waiting = waiting(subject);
    if (log.state().size().value() == 0) {
      line.accept(
          AccountingFile.write(
              new AccountingFile.Head(subject, Optional.empty(), Optional.empty())));
    } else {
      ProofSnapshot snapshot = proofs.snapshot();
      line.accept(
          AccountingFile.write(
              new AccountingFile.Head(
                  subject,
                  heads.newest(subject, snapshot),
                  retention(snapshot),
                  erasures(subject, snapshot))));
      numbered(subject, snapshot, waiting, line);
    }
    Map<Digest, String> contents = store.contents(waiting);
    waiting.stream()
        .flatMap(digest -> Optional.ofNullable(contents.get(digest)).stream())
        .forEach(
            json ->
                line.accept(
                    AccountingFile.write(
                        new AccountingFile.Entry(Optional.of(json), Optional.empty()))));
  }

  private Set<Digest> waiting(Digest subject) {
    Set<Digest> waiting = new LinkedHashSet<>();
    for (ChainRows.Waiting row : rows.waiting(List.of(Statement.Disclosure.chainOf(subject)))) {
      waiting.add(recordOf(row.leaf().statement()));
    }
    return waiting;
  }

  private Optional<ProofFile> retention(ProofSnapshot snapshot) {
    return rows.newest(List.of(Statement.Retention.CHAIN)).stream()
        .map(ChainRows.Placed::leaf)
        .filter(leaf -> leaf.index().value() < snapshot.size().value())
        .map(snapshot::of)
        .findFirst();
  }

  /** Those that name a disclosure of this subject; most accountings have none. */
  private List<ProofFile> erasures(Digest subject, ProofSnapshot snapshot) {
    List<SequencedLeaf> all =
        rows.all(List.of(Statement.Erasure.CHAIN)).stream()
            .map(ChainRows.Placed::leaf)
            .filter(leaf -> leaf.index().value() < snapshot.size().value())
            .toList();
    return all.isEmpty()
        ? List.of()
        : all.stream().filter(leaf -> names(subject, leaf)).map(snapshot::of).toList();
  }

  private boolean names(Digest subject, SequencedLeaf leaf) {
    return leaf.statement() instanceof Statement.Erasure erasure
        && erasure.contents().ranges().stream()
            .anyMatch(
                range ->
                    log.disclosuresFrom(subject, new LeafIndex(range.first()), 1).stream()
                        .anyMatch(first -> first.index().value() <= range.last()));
  }

  private void numbered(
      Digest subject, ProofSnapshot snapshot, Set<Digest> waiting, Consumer<String> line) {
    long size = snapshot.size().value();
    List<SequencedLeaf> page = log.disclosuresFrom(subject, new LeafIndex(0), PAGE);
    while (!page.isEmpty() && page.get(0).index().value() < size) {
      Map<Digest, String> contents =
          store.contents(page.stream().map(leaf -> recordOf(leaf.statement())).toList());
      for (SequencedLeaf leaf : page) {
        if (leaf.index().value() < size) {
          Digest record = recordOf(leaf.statement());
          waiting.remove(record);
          line.accept(
              AccountingFile.write(
                  new AccountingFile.Entry(
                      Optional.ofNullable(contents.get(record)), Optional.of(snapshot.of(leaf)))));
        }
      }
      long next = page.get(page.size() - 1).index().value() + 1;
      page = log.disclosuresFrom(subject, new LeafIndex(next), PAGE);
    }
  }

  private static Digest recordOf(Statement statement) {
    if (statement instanceof Statement.Disclosure disclosure) {
      return disclosure.record();
    }
    throw new CorruptLogException("a chain of disclosures holds another leaf");
  }
}
