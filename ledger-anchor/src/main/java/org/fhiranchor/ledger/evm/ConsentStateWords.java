package org.fhiranchor.ledger.evm;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerConsents;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.merkle.Digest;
import org.web3j.crypto.Hash;

/** The consent registry's states, as its views answer them: state, block, hash. */
final class ConsentStateWords {
  private static final int WORDS_OF_A_STATE = 3;

  /** Number, offset of the array, its length. */
  private static final int WORDS_BEFORE = 3;

  private static final int HASH_LENGTH = 25;

  private ConsentStateWords() {}

  static LedgerConsents read(Bytes answer, List<ConsentKey> keys) {
    Words words =
        Words.of(answer, WORDS_BEFORE + WORDS_OF_A_STATE * keys.size(), "states of consents");
    if (words.uint64(2) != keys.size()) {
      throw new LedgerUnavailableException(
          "states of consents: want " + keys.size() + ", got " + words.uint64(2));
    }
    Map<ConsentKey, LedgerConsent> states = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      states.put(keys.get(i), state(words, WORDS_BEFORE + i * WORDS_OF_A_STATE));
    }
    return new LedgerConsents(words.uint64(0), states);
  }

  static LedgerConsent state(Words words, int first) {
    long block = words.uint64(first + 1);
    Bytes hash = head(words.digest(first + 2));
    return new LedgerConsent(
        status(words.uint64(first)),
        block == 0 ? Optional.empty() : Optional.of(block),
        block == 0 ? Optional.empty() : Optional.of(hash));
  }

  private static LedgerConsent.Status status(long state) {
    if (state == 0) {
      return LedgerConsent.Status.NONE;
    }
    if (state == 1) {
      return LedgerConsent.Status.GRANTED;
    }
    if (state == 2) {
      return LedgerConsent.Status.REVOKED;
    }
    throw new LedgerUnavailableException("consent state: want 0 to 2, got " + state);
  }

  /** As the contract makes it: keccak256(abi.encode(termsHash, notBefore, notAfter)), shortened. */
  static Bytes grantHash(Digest termsHash, ConsentPeriod period) {
    byte[] call =
        AbiCall.of("()")
            .bytes32(termsHash)
            .uint(period.notBeforeSeconds())
            .uint(period.notAfterSeconds())
            .data()
            .toArray();
    return head(Digest.of(Hash.sha3(Arrays.copyOfRange(call, 4, call.length))));
  }

  private static Bytes head(Digest hash) {
    return Bytes.of(Arrays.copyOf(hash.bytes(), HASH_LENGTH));
  }
}
