package org.fhiranchor.merkle;

import java.util.Optional;

/** The log that an export was taken from, and the head it was taken at. */
public record ExportOrigin(SignedCheckpoint checkpoint, Optional<Anchor> anchor) {
  /** The log's name. */
  String log() {
    return checkpoint.checkpoint().origin();
  }

  TreeSize size() {
    return checkpoint.checkpoint().size();
  }
}
