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

  /** Takes what an accounting consists of, in its order. */
  public interface Reader {
    /** The first line. */
    void head(AccountingFile.Head head);

    /** Another line. */
    void entry(AccountingFile.Entry entry);
  }

  /**
   * Gives the file, line by line.
   *
   * @throws CorruptLogException when the log contradicts itself; before the first line, or in the
   *     middle of the file
   */
  public void write(PatientId patient, Consumer<String> line) {
    Reader reader =
        new Reader() {
          @Override
          public void head(AccountingFile.Head head) {
            line.accept(AccountingFile.write(head));
          }

          @Override
          public void entry(AccountingFile.Entry entry) {
            line.accept(AccountingFile.write(entry));
          }
        };
    read(patient, Optional.empty(), reader);
  }

  /**
   * Gives the same to a reader.
   *
   * @param at the moment that is proven, without what waited then: nothing proves it; now where it
   *     is empty
   * @throws CorruptLogException as {@link #write}
   */
  public void read(PatientId patient, Optional<ProofSnapshot> at, Reader reader) {
    Digest subject = tags.of(Optional.of(patient));
    // Before the leaves: what is sequenced between the two looks is then in both, not in neither.
    Set<Digest> waiting = at.isEmpty() ? waiting(subject) : new LinkedHashSet<>();
    if (at.isEmpty() && log.state().size().value() == 0) {
      reader.head(new AccountingFile.Head(subject, Optional.empty(), Optional.empty(), List.of()));
    } else {
      ProofSnapshot snapshot = at.orElseGet(proofs::snapshot);
      reader.head(
          new AccountingFile.Head(
              subject,
              heads.newest(subject, snapshot),
              retention(snapshot),
              erasures(subject, snapshot)));
      numbered(subject, snapshot, waiting, reader);
    }
    Map<Digest, String> contents = store.contents(waiting);
    waiting.stream()
        .flatMap(digest -> Optional.ofNullable(contents.get(digest)).stream())
        .forEach(
            json -> reader.entry(new AccountingFile.Entry(Optional.of(json), Optional.empty())));
  }

  private Set<Digest> waiting(Digest subject) {
    Set<Digest> waiting = new LinkedHashSet<>();
    for (ChainRows.Waiting row : rows.waiting(List.of(Statement.Disclosure.chainOf(subject)))) {
      waiting.add(recordOf(row.leaf().statement()));
    }
    return waiting;
  }

  /** The newest leaf of that moment that says which contents were removed, with its proof. */
  public Optional<ProofFile> retention(ProofSnapshot snapshot) {
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
      Digest subject, ProofSnapshot snapshot, Set<Digest> waiting, Reader reader) {
    long size = snapshot.size().value();
    List<SequencedLeaf> page = log.disclosuresFrom(subject, new LeafIndex(0), PAGE);
    while (!page.isEmpty() && page.get(0).index().value() < size) {
      Map<Digest, String> contents =
          store.contents(page.stream().map(leaf -> recordOf(leaf.statement())).toList());
      for (SequencedLeaf leaf : page) {
        if (leaf.index().value() < size) {
          Digest record = recordOf(leaf.statement());
          waiting.remove(record);
          reader.entry(
              new AccountingFile.Entry(
                  Optional.ofNullable(contents.get(record)), Optional.of(snapshot.of(leaf))));
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
