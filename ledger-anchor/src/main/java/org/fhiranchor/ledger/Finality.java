package org.fhiranchor.ledger;

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
  default boolean holds(LedgerBlocks ledger, BlockRef block) {
    if (block.number() > finalNumber(ledger)) {
      return false;
    }
    return ledger.block(block.number()).map(Block::ref).filter(block::equals).isPresent();
  }

  /** The number of the newest final block; -1 when there is none. */
  default long finalNumber(LedgerBlocks ledger) {
    if (this instanceof Confirmations enough) {
      return Math.max(ledger.latest().number() - enough.blocks(), -1);
    }
    return ledger.finalized().map(Block::number).orElse(-1L);
  }
}
