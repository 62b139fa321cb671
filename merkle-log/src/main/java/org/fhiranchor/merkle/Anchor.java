package org.fhiranchor.merkle;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a head of the log stands on a ledger, as a proof file tells it.
 *
 * @param chainId EIP-155 chain id
 * @param contract address of the AnchorRegistry, {@code 0x} and 40 lower-case hex digits
 * @param logId which log in that contract
 * @param size leaves at that head
 * @param root root at that head
 * @param blockNumber block of the anchor transaction
 * @param blockHash hash of that block
 * @param transactionHash hash of the anchor transaction
 * @param finality how final it was held to be, such as {@code finalized} or {@code
 *     confirmations:12}
 */
public record Anchor(
    long chainId,
    String contract,
    Digest logId,
    TreeSize size,
    Digest root,
    long blockNumber,
    Digest blockHash,
    Digest transactionHash,
    String finality) {
  private static final Pattern CONTRACT = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final Pattern FINALITY = Pattern.compile("[A-Za-z0-9:._-]{1,64}");

  /**
   * Checks the parts; the address is kept in lower case.
   *
   * @throws IllegalArgumentException for a part of another shape
   */
  public Anchor {
    if (!CONTRACT.matcher(contract).matches()) {
      throw new IllegalArgumentException("contract: want 0x and 40 hex digits");
    }
    contract = contract.toLowerCase(Locale.ROOT);
    if (!FINALITY.matcher(finality).matches()) {
      throw new IllegalArgumentException("finality: want 1 to 64 of A-Z a-z 0-9 : . _ -");
    }
    StatementRules.counter("chainId", chainId);
    StatementRules.counter("blockNumber", blockNumber);
  }
}
