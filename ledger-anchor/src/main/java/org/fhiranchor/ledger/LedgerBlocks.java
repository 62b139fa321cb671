package org.fhiranchor.ledger;

import java.util.Optional;

/**
 * The ledger's blocks, as they are now. A number can come to mean another block; a hash cannot.
 * Throws {@link LedgerUnavailableException} when there is no answer. Threads: any number.
 */
public interface LedgerBlocks {
  /** The newest block. */
  Block latest();

  /** The block of this number on the chain as it is now; empty past its end. */
  Optional<Block> block(long number);

  /** The newest block that the chain itself calls final; empty where it knows no such thing. */
  Optional<Block> finalized();
}
