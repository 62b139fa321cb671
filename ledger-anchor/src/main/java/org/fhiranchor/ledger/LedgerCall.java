package org.fhiranchor.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * A call of a contract that an account is to send, without nonce, fees and signature.
 *
 * @param subject names the call: an account has at most one unfinished call of a subject
 * @param gas the gas limit
 * @param consent what a grant or a revocation is about
 * @param deadline when the patient's signature ends; empty for a call that has none
 * @param patient whose grant it is, for the limit a day
 */
public record LedgerCall(
    CallKind kind,
    String subject,
    Address to,
    Bytes data,
    long gas,
    Optional<ConsentKey> consent,
    Optional<Instant> deadline,
    Optional<String> patient) {
  /** Longest subject. */
  public static final int MAX_SUBJECT = 200;

  /** Most gas of any call, whatever a node estimates. */
  public static final long MAX_GAS = 10_000_000;

  /** Most gas of a relayed call: a contract that checks a signature can burn what it is given. */
  public static final long MAX_CONSENT_GAS = 500_000;

  /** Most bytes of call data. */
  public static final int MAX_DATA = 65_536;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException when a part is out of bounds
   */
  public LedgerCall {
    if (subject.isEmpty() || subject.length() > MAX_SUBJECT) {
      throw new IllegalArgumentException(
          "call: want a subject of 1 to " + MAX_SUBJECT + " characters, got " + subject.length());
    }
    if (gas < 1 || gas > MAX_GAS) {
      throw new IllegalArgumentException("call: want gas of 1 to " + MAX_GAS + ", got " + gas);
    }
    if (data.size() > MAX_DATA) {
      throw new IllegalArgumentException(
          "call: want at most " + MAX_DATA + " bytes, got " + data.size());
    }
  }

  /** The subject of a grant or a revocation. */
  public static String subject(CallKind kind, ConsentKey key) {
    return kind + ":" + key.grantor() + ":" + key.id();
  }

  /** A call that no patient signed. */
  public static LedgerCall of(CallKind kind, String subject, Address to, Bytes data, long gas) {
    return new LedgerCall(
        kind, subject, to, data, gas, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same for this patient's account of the day. */
  public LedgerCall of(String whose) {
    return new LedgerCall(kind, subject, to, data, gas, consent, deadline, Optional.of(whose));
  }

  /** The same with another gas limit. */
  public LedgerCall withGas(long limit) {
    return new LedgerCall(kind, subject, to, data, limit, consent, deadline, patient);
  }
}
