package org.fhiranchor.ledger.evm;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.web3j.protocol.core.Response;

/**
 * What a JSON-RPC error means. Nodes agree on few codes, so the words decide: those of geth, Besu,
 * Nethermind and anvil.
 */
final class NodeErrors {
  private static final int MAX_MESSAGE = 300;

  private record Words(Reason reason, List<String> anyOf) {}

  private static final List<Words> KNOWN =
      List.of(
          new Words(Reason.NONCE_TOO_LOW, List.of("nonce too low", "nonce below", "oldnonce")),
          new Words(Reason.UNDERPRICED, List.of("underpriced")),
          new Words(Reason.GAS_TOO_LOW, List.of("intrinsic gas", "intrinsicgas")),
          new Words(
              Reason.UNFIT,
              List.of(
                  "chain id",
                  "chainid",
                  "chain-id",
                  "invalid sender",
                  "invalid signature",
                  "rlp",
                  "malformed",
                  "could not decode",
                  "failed to decode",
                  "invalid transaction")),
          new Words(
              Reason.INSUFFICIENT_FUNDS,
              List.of(
                  "insufficient funds",
                  "upfront cost exceeds",
                  "insufficient balance",
                  "enough funds")),
          new Words(
              Reason.FEE_OUT_OF_RANGE,
              List.of(
                  "max fee per gas less than block base fee",
                  "fee cap less than",
                  "too low for the next block",
                  "feetoolow",
                  "gas price below",
                  "exceeds the configured cap",
                  "max priority fee per gas higher than")),
          new Words(Reason.REVERTED, List.of("revert")));

  /** The node's own trouble, not ours: JSON-RPC internal error, EIP-1474 limits. */
  private static final List<Integer> PASSING_CODES = List.of(-32603, -32005, -32002, -32001, 429);

  private static final List<String> PASSING_WORDS =
      List.of("header not found", "pool is full", "limit exceeded", "timeout", "timed out");

  private NodeErrors() {}

  /** The exception to throw; {@code contractError} is what the contract says, where it does. */
  static RuntimeException of(String method, Response.Error error, Optional<String> contractError) {
    String message = error.getMessage() == null ? "" : error.getMessage();
    String said = method + ": the ledger says: " + shortened(message);
    if (contractError.isPresent()) {
      return new LedgerRejectedException(
          Reason.REVERTED, method + ": the contract refused: " + contractError.get());
    }
    String words = message.toLowerCase(Locale.ROOT);
    for (Words known : KNOWN) {
      if (known.anyOf().stream().anyMatch(words::contains)) {
        return new LedgerRejectedException(known.reason(), said);
      }
    }
    boolean passing =
        PASSING_CODES.contains(error.getCode()) || PASSING_WORDS.stream().anyMatch(words::contains);
    return passing
        ? new LedgerUnavailableException(said)
        : new LedgerRejectedException(Reason.INVALID, said);
  }

  /** Whether the node only says that it has the transaction already. */
  static boolean isKnownTransaction(String message) {
    String words = message.toLowerCase(Locale.ROOT);
    return words.contains("already known")
        || words.contains("already imported")
        || words.contains("known transaction");
  }

  private static String shortened(String text) {
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "...";
  }
}
