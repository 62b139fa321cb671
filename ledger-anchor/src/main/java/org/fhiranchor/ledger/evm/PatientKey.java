package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.merkle.Digest;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/** A key that the server keeps for a patient, and whose signatures stand for the patient's. */
public final class PatientKey {
  private static final int LENGTH = 32;
  private static final BigInteger ORDER = Sign.CURVE_PARAMS.getN();

  private final ECKeyPair key;

  private PatientKey(ECKeyPair key) {
    this.key = key;
  }

  /** A new key. */
  public static PatientKey generate(SecureRandom random) {
    byte[] secret = new byte[LENGTH];
    do {
      random.nextBytes(secret);
    } while (!isKey(new BigInteger(1, secret)));
    return of(Bytes.of(secret));
  }

  /**
   * The key with this secret.
   *
   * @param secret 32 bytes
   * @throws IllegalArgumentException for bytes that are no key of secp256k1
   */
  public static PatientKey of(Bytes secret) {
    BigInteger number = new BigInteger(1, secret.toArray());
    if (secret.size() != LENGTH || !isKey(number)) {
      throw new IllegalArgumentException("patient key: want 32 bytes below the curve's order");
    }
    return new PatientKey(ECKeyPair.create(number));
  }

  private static boolean isKey(BigInteger number) {
    return number.signum() > 0 && number.compareTo(ORDER) < 0;
  }

  /** The 32 bytes to keep, encrypted. */
  public Bytes secret() {
    return Bytes.fromHex("0x" + "%064x".formatted(key.getPrivateKey()));
  }

  /** The grantor that this key signs for. */
  public Address address() {
    return Address.parse("0x" + Keys.getAddress(key));
  }

  /** 65 bytes: r, the lower s, v as 27 or 28. */
  public Bytes sign(Digest digest) {
    return Signatures.bytes(Sign.signMessage(digest.bytes(), key, false));
  }

  /** Whose key signed the digest; empty for bytes that are no signature, or a malleable one. */
  public static Optional<Address> signer(Digest digest, Bytes signature) {
    return Signatures.signer(digest, signature);
  }
}
