package org.fhiranchor.interceptors.provenance;

import java.time.Instant;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Statement;

/** A row of the log that states a version; nothing of it is checked yet. */
record LoggedVersion(ChainRows.Placed row, Statement.ResourceVersion version) {
  SequencedLeaf leaf() {
    return row.leaf();
  }

  Instant recorded() {
    return version.recorded();
  }

  String id() {
    return ProvenanceId.of(version, leaf().index());
  }
}
