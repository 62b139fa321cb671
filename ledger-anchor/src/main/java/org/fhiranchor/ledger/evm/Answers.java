package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Instant;
import java.util.regex.Pattern;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.Inclusion;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.merkle.Digest;

/** Reads JSON-RPC values (execution-apis): what is not of the right shape is no answer at all. */
final class Answers {
  private static final long MAX_SECOND = 253_402_300_799L;
  private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,64}");

  private Answers() {}

  static Block block(JsonNode block) {
    return new Block(
        new BlockRef(number(block, "number"), digest(block, "hash")),
        digest(block, "parentHash"),
        time(number(block, "timestamp")));
  }

  /** Block times of any chain lie before the year 9999. */
  static Instant time(long epochSecond) {
    if (epochSecond < 0 || epochSecond > MAX_SECOND) {
      throw new LedgerUnavailableException("ledger: malformed time in an answer");
    }
    return Instant.ofEpochSecond(epochSecond);
  }

  static Inclusion inclusion(JsonNode receipt) {
    BlockRef block = new BlockRef(number(receipt, "blockNumber"), digest(receipt, "blockHash"));
    return new Inclusion(block, number(receipt, "status") == 1);
  }

  static Digest digest(JsonNode object, String member) {
    try {
      return bytes(object.path(member)).digest();
    } catch (IllegalArgumentException wrong) {
      throw malformed(member, wrong);
    }
  }

  static long number(JsonNode object, String member) {
    try {
      return quantity(object.path(member)).longValueExact();
    } catch (ArithmeticException wrong) {
      throw malformed(member, wrong);
    }
  }

  /** A count of transactions (EIP-2681: below 2^64 - 1). */
  static long nonce(JsonNode value) {
    try {
      return quantity(value).longValueExact();
    } catch (ArithmeticException wrong) {
      throw malformed("nonce", wrong);
    }
  }

  static BigInteger quantity(JsonNode value) {
    String hex = value.asText();
    try {
      if (QUANTITY.matcher(hex).matches()) {
        return new BigInteger(hex.substring(2), 16);
      }
      throw new IllegalArgumentException("want 0x and 1 to 64 hex digits");
    } catch (IllegalArgumentException wrong) {
      throw malformed("quantity", wrong);
    }
  }

  static Bytes bytes(JsonNode value) {
    try {
      return Bytes.fromHex(value.asText());
    } catch (IllegalArgumentException wrong) {
      throw malformed("data", wrong);
    }
  }

  private static LedgerUnavailableException malformed(String what, Exception wrong) {
    return new LedgerUnavailableException("ledger: malformed " + what + " in an answer", wrong);
  }
}
