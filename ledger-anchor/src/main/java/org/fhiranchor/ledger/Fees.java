package org.fhiranchor.ledger;

import java.math.BigInteger;

/** What a transaction offers per unit of gas, in wei (EIP-1559). */
public record Fees(BigInteger maxFeePerGas, BigInteger maxPriorityFeePerGas) {
  /** The smallest raise, in percent, that nodes accept for a transaction with a used nonce. */
  public static final int REPLACEMENT_PERCENT = 10;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when negative, or the priority fee above the whole
   */
  public Fees {
    if (maxPriorityFeePerGas.signum() < 0 || maxPriorityFeePerGas.compareTo(maxFeePerGas) > 0) {
      throw new IllegalArgumentException(
          "fees: want 0 <= priority fee <= max fee, got "
              + maxPriorityFeePerGas
              + " and "
              + maxFeePerGas);
    }
  }

  /** Both fees at least ten percent higher, and no lower than what the chain asks now. */
  public Fees replacement(Fees current) {
    return new Fees(
        raised(maxFeePerGas).max(current.maxFeePerGas),
        raised(maxPriorityFeePerGas).max(current.maxPriorityFeePerGas));
  }

  /** Whether this offers no more than the cap, in wei per unit of gas. */
  public boolean within(BigInteger cap) {
    return maxFeePerGas.compareTo(cap) <= 0;
  }

  private static BigInteger raised(BigInteger wei) {
    BigInteger hundred = BigInteger.valueOf(100);
    BigInteger raise = wei.multiply(BigInteger.valueOf(REPLACEMENT_PERCENT)).add(hundred);
    return wei.add(raise.subtract(BigInteger.ONE).divide(hundred)).max(wei.add(BigInteger.ONE));
  }
}
