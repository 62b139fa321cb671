package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.FeeOffer;
import org.fhiranchor.ledger.Fees;

/**
 * What we offer to pay (EIP-1559): twice the base fee, so that six full blocks in a row do not
 * outrun it, and the tip that the node suggests. Neither is believed beyond a multiple of what was
 * paid in the latest blocks (TX-9).
 *
 * @param maxFeePerGas in wei; nothing but a revocation is ever offered above it
 * @param maxUrgentFeePerGas in wei; no revocation is ever offered above it
 */
public record FeePolicy(BigInteger maxFeePerGas, BigInteger maxUrgentFeePerGas) {
  /** How many times the latest blocks' median may be offered. */
  public static final int TIMES_MEDIAN = 10;

  /** The same for a revocation. */
  public static final int URGENT_TIMES_MEDIAN = 40;

  private static final String BLOCKS = "0x14";
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000L);

  /** A tip that is no lie even on a chain that nobody else uses. */
  private static final BigInteger USUAL_TIP = GWEI.multiply(BigInteger.TWO);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when negative, or when the urgent cap is the lower one
   */
  public FeePolicy {
    if (maxFeePerGas.signum() < 0 || maxUrgentFeePerGas.compareTo(maxFeePerGas) < 0) {
      throw new IllegalArgumentException(
          "max fee per gas: want 0 or more, and no less for a revocation, got "
              + maxFeePerGas
              + " and "
              + maxUrgentFeePerGas);
    }
  }

  /** A cap in gwei, as settings have it; four times that for a revocation. */
  public static FeePolicy ofGwei(long gwei) {
    BigInteger wei = GWEI.multiply(BigInteger.valueOf(gwei));
    return new FeePolicy(wei, wei.shiftLeft(2));
  }

  FeeOffer offer(EvmClient client, boolean urgent) {
    Optional<History> history = history(client);
    JsonNode latest = client.demand("eth_getBlockByNumber", "latest", false);
    BigInteger base =
        latest.hasNonNull("baseFeePerGas")
            ? Answers.quantity(latest.path("baseFeePerGas"))
            : BigInteger.ZERO;
    BigInteger times = BigInteger.valueOf(urgent ? URGENT_TIMES_MEDIAN : TIMES_MEDIAN);
    BigInteger most = urgent ? maxUrgentFeePerGas : maxFeePerGas;
    BigInteger cap = history.map(paid -> paid.price().multiply(times).min(most)).orElse(most);
    BigInteger maxTip = history.map(paid -> paid.tip().max(USUAL_TIP).multiply(times)).orElse(most);
    BigInteger tip = tip(client, base).min(maxTip);
    BigInteger offered = base.shiftLeft(1).add(tip).min(cap);
    return new FeeOffer(new Fees(offered, tip.min(offered)), cap);
  }

  /**
   * What the latest blocks asked for and got.
   *
   * @param base median of the base fees
   * @param tip median of the median tips
   */
  private record History(BigInteger base, BigInteger tip) {
    BigInteger price() {
      return base.add(tip.max(USUAL_TIP));
    }
  }

  /** Empty where the node keeps none: then the fixed caps alone hold. */
  private static Optional<History> history(EvmClient client) {
    return client
        .askIfKnown("eth_feeHistory", BLOCKS, "latest", List.of(50))
        .map(
            answer -> {
              List<BigInteger> bases = new ArrayList<>();
              answer.path("baseFeePerGas").forEach(fee -> bases.add(Answers.quantity(fee)));
              List<BigInteger> tips = new ArrayList<>();
              answer.path("reward").forEach(block -> tips.add(Answers.quantity(block.path(0))));
              return new History(median(bases), median(tips));
            });
  }

  private static BigInteger median(List<BigInteger> values) {
    return values.isEmpty()
        ? BigInteger.ZERO
        : values.stream().sorted().toList().get(values.size() / 2);
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
