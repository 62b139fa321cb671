package org.fhiranchor.interceptors.log.heads;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.log.serving.ProofSnapshot;
import org.fhiranchor.merkle.AccountingFile;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ProofFormatException;
import org.fhiranchor.merkle.SparseMap;
import org.fhiranchor.merkle.SparseMapProof;
import org.fhiranchor.merkle.Statement;

/** What shows a patient which disclosure is the newest of the anchored log (DIS-6). Reads only. */
public final class HeadsProofs {
  private final LogStore log;
  private final HeadsParts parts;
  private final HeadSalts salts;

  /** Proofs out of this map. */
  public HeadsProofs(LogStore log, HeadsParts parts, HeadSalts salts) {
    this.log = log;
    this.parts = parts;
    this.salts = salts;
  }

  /**
   * The proof for one subject.
   *
   * @return empty when the anchored size does not end with a heads leaf, or nothing is anchored
   * @throws CorruptLogException when a stored part of the map was changed
   */
  public Optional<AccountingFile.Newest> newest(Digest subject, ProofSnapshot snapshot) {
    return snapshot
        .anchor()
        .flatMap(anchor -> lastOf(anchor.size().value()))
        .map(leaf -> newest(subject, leaf, snapshot));
  }

  private Optional<SequencedLeaf> lastOf(long size) {
    return log.leaves(new LeafIndex(size - 1), new LeafIndex(size)).stream()
        .filter(leaf -> leaf.statement() instanceof Statement.Heads)
        .findFirst();
  }

  private AccountingFile.Newest newest(Digest subject, SequencedLeaf leaf, ProofSnapshot snapshot) {
    long index = leaf.index().value();
    Digest root = ((Statement.Heads) leaf.statement()).map();
    try {
      SparseMapProof map = SparseMap.prove(root, subject, ids -> parts.read(ids, index));
      return new AccountingFile.Newest(
          snapshot.of(leaf),
          map,
          newestBefore(subject, index)
              .map(newest -> salts.of(subject, number(newest), newest.commitment())));
    } catch (ProofFormatException changed) {
      throw new CorruptLogException("heads_part: not the map of leaf " + index, changed);
    }
  }

  private Optional<SequencedLeaf> newestBefore(Digest subject, long index) {
    List<SequencedLeaf> newest = log.disclosuresBefore(subject, new LeafIndex(index), 1);
    return newest.stream().findFirst();
  }

  private static long number(SequencedLeaf leaf) {
    return ((Statement.Disclosure) leaf.statement()).sequence();
  }
}
