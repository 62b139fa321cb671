package org.fhiranchor.interceptors.store.scan;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.LeafRanges;
import org.fhiranchor.merkle.Statement;

/**
 * What the log's erasure leaves name (ERA-1). That these leaves themselves are as they were written
 * is compared with all the others: who makes one up changes the tree.
 *
 * @param leaves which may be without statement, salt and version
 * @param contents disclosures that may be without their content
 */
record ErasureScan(Scanning scan, LeafRanges leaves, LeafRanges contents)
    implements LeafScan.LeafReader {
  static ErasureScan read(Scanning scan) {
    LeafRanges leaves = LeafRanges.NONE;
    LeafRanges contents = LeafRanges.NONE;
    List<byte[]> statements =
        scan.jdbc()
            .query(
                "select statement from anchor_leaf where chain = ? order by leaf_index",
                (row, n) -> LeafRow.bytes(row, "statement"),
                Statement.Erasure.CHAIN);
    for (byte[] statement : statements) {
      Optional<Statement.Erasure> erasure = parsed(statement);
      if (erasure.isPresent()) {
        leaves = leaves.and(erasure.get().leaves());
        contents = contents.and(erasure.get().contents());
      }
    }
    return new ErasureScan(scan, leaves, contents);
  }

  private static Optional<Statement.Erasure> parsed(byte[] statement) {
    try {
      return Statement.parse(statement) instanceof Statement.Erasure erasure
          ? Optional.of(erasure)
          : Optional.empty();
    } catch (CanonicalFormException | IllegalArgumentException edited) {
      // The leaf has a finding of its own.
      return Optional.empty();
    }
  }

  @Override
  public void read(List<LeafRow.Checked> page) {
    for (LeafRow.Checked leaf : page) {
      if (leaf.row().isErased() && !leaves.contains(leaf.row().index())) {
        scan.found(
            Kind.LEAF,
            "leaf " + leaf.row().index(),
            "it is erased, and no leaf of an erasure names it");
      }
    }
  }
}
