package org.fhiranchor.ledger.evm;

import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/** Finds where a contract begins (FOL-8), by halving the chain: its code is there from then on. */
final class ContractHistory {
  private final ContractReader reader;
  private final EvmBlocks blocks;

  ContractHistory(ContractReader reader, EvmBlocks blocks) {
    this.reader = reader;
    this.blocks = blocks;
  }

  long firstBlockOf(Address contract) {
    long with = blocks.latest().number();
    if (!reader.hadCode(contract, with)) {
      throw new LedgerUnavailableException("consent contract: there is none at " + contract);
    }
    long without = -1;
    while (with - without > 1) {
      long middle = without + (with - without) / 2;
      if (hadCode(contract, middle)) {
        with = middle;
      } else {
        without = middle;
      }
    }
    return with;
  }

  private boolean hadCode(Address contract, long block) {
    try {
      return reader.hadCode(contract, block);
    } catch (LedgerRejectedException | LedgerUnavailableException pruned) {
      throw new LedgerUnavailableException(
          "consent contract: the node cannot tell whether it was there at block "
              + block
              + "; set anchor.ledger.first-block to the block that deployed it",
          pruned);
    }
  }
}
