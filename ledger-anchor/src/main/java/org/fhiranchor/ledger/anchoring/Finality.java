package org.fhiranchor.ledger.anchoring;

import java.util.Optional;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;

/** When a block counts as final (TX-2). */
public sealed interface Finality {
  /** When the chain says so ({@code finalized} tag); never, on a chain without that tag. */
  record Tag() implements Finality {}

  /**
   * With so many blocks on top.
   *
   * @param blocks 0 where a mined block is final at once, as on QBFT or the embedded chain
   */
  record Confirmations(int blocks) implements Finality {
    /** Most blocks to wait for. */
    public static final int MAX = 10_000;

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException when out of range
     */
    public Confirmations {
      if (blocks < 0 || blocks > MAX) {
        throw new IllegalArgumentException("confirmations: want 0 to " + MAX + ", got " + blocks);
      }
    }
  }

  /** Whether this very block, by its hash, is on the chain and final. */
  default boolean holds(AnchorLedger ledger, BlockRef block) {
    if (block.number() > finalNumber(ledger).orElse(-1L)) {
      return false;
    }
    return ledger.block(block.number()).map(Block::ref).filter(block::equals).isPresent();
  }

  private Optional<Long> finalNumber(AnchorLedger ledger) {
    if (this instanceof Confirmations enough) {
      return Optional.of(ledger.latest().number() - enough.blocks());
    }
    return ledger.finalized().map(Block::number);
  }
}
