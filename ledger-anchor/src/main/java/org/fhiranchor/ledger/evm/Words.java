package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.util.Arrays;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.merkle.Digest;

/** What a contract answers with: static values of 32 bytes each (Solidity ABI). */
final class Words {
  private static final int WORD = 32;
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  private final byte[] data;

  private Words(byte[] data) {
    this.data = data;
  }

  static Words of(Bytes data) {
    return new Words(data.toArray());
  }

  /** Exactly so many words, or the answer is not the contract's. */
  static Words of(Bytes data, int count, String what) {
    if (data.size() != count * WORD) {
      throw new LedgerUnavailableException(
          what
              + ": want "
              + count * WORD
              + " bytes, got "
              + data.size()
              + "; is this the right contract?");
    }
    return of(data);
  }

  int size() {
    return data.length / WORD;
  }

  Digest digest(int index) {
    return Digest.of(Arrays.copyOfRange(data, index * WORD, (index + 1) * WORD));
  }

  BigInteger number(int index) {
    return new BigInteger(1, Arrays.copyOfRange(data, index * WORD, (index + 1) * WORD));
  }

  /** A uint64; what does not fit a signed long is the largest one ("for ever"). */
  long uint64(int index) {
    return number(index).min(MAX_LONG).longValueExact();
  }

  Address address(int index) {
    byte[] tail = Arrays.copyOfRange(data, index * WORD + 12, (index + 1) * WORD);
    return new Address(Bytes.of(tail).hex());
  }

  String text(int index, String type) {
    return switch (type) {
      case "address" -> address(index).hex();
      case "bytes32" -> "0x" + digest(index).hex();
      default -> number(index).toString();
    };
  }
}
