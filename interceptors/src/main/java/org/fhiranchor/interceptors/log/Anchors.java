package org.fhiranchor.interceptors.log;

import java.util.Optional;
import org.fhiranchor.merkle.Anchor;

/** What is known of the heads that reached the ledger. Never asks the ledger itself. */
public interface Anchors {
  /** The newest anchor that is in a block; empty before the first. */
  Optional<Anchor> latest();

  /** Before there is a ledger. */
  static Anchors none() {
    return Optional::empty;
  }
}
