package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import org.fhiranchor.ledger.Fees;

/**
 * What we offer to pay (EIP-1559): twice the base fee, so that six full blocks in a row do not
 * outrun it, and the tip the node suggests.
 *
 * @param maxFeePerGas in wei; nothing is ever offered above it
 */
public record FeePolicy(BigInteger maxFeePerGas) {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when negative
   */
  public FeePolicy {
    if (maxFeePerGas.signum() < 0) {
      throw new IllegalArgumentException("max fee per gas: want 0 or more, got " + maxFeePerGas);
    }
  }

  /** A cap in gwei, as settings have it. */
  public static FeePolicy ofGwei(long gwei) {
    return new FeePolicy(BigInteger.valueOf(gwei).multiply(BigInteger.valueOf(1_000_000_000L)));
  }

  Fees now(EvmClient client) {
    JsonNode latest = client.demand("eth_getBlockByNumber", "latest", false);
    BigInteger base =
        latest.hasNonNull("baseFeePerGas")
            ? Answers.quantity(latest.path("baseFeePerGas"))
            : BigInteger.ZERO;
    BigInteger tip = tip(client, base);
    BigInteger most = base.shiftLeft(1).add(tip).min(maxFeePerGas);
    return new Fees(most, tip.min(most));
  }

  /** Besu without a fee market has no suggestion for the tip, only for the whole price. */
  private static BigInteger tip(EvmClient client, BigInteger base) {
    return client
        .askIfKnown("eth_maxPriorityFeePerGas")
        .map(Answers::quantity)
        .orElseGet(
            () ->
                Answers.quantity(client.demand("eth_gasPrice"))
                    .subtract(base)
                    .max(BigInteger.ZERO));
  }
}
