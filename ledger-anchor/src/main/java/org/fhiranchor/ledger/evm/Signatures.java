package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.merkle.Digest;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/**
 * ECDSA signatures on secp256k1 as 65 bytes: r, s, v. What wallets write in other forms is brought
 * into this one here, and in the contract in the same way (FOL-9).
 */
final class Signatures {
  private static final int LENGTH = 65;
  private static final int COMPACT_LENGTH = 64;
  private static final int LOWER_V = 27;
  private static final BigInteger HALF_ORDER = Sign.CURVE_PARAMS.getN().shiftRight(1);

  private Signatures() {}

  static Bytes bytes(Sign.SignatureData data) {
    byte[] joined = new byte[LENGTH];
    System.arraycopy(data.getR(), 0, joined, 0, 32);
    System.arraycopy(data.getS(), 0, joined, 32, 32);
    joined[64] = data.getV()[0];
    return Bytes.of(joined);
  }

  /**
   * Takes the bytes apart: r, s and v as 27 or 28, or as 0 or 1; or r and s with v in the highest
   * bit of s (ERC-2098).
   *
   * @throws IllegalArgumentException for any other length or v
   */
  static Sign.SignatureData data(Bytes signature) {
    byte[] joined = signature.toArray();
    if (joined.length != LENGTH && joined.length != COMPACT_LENGTH) {
      throw new IllegalArgumentException(
          "signature: want " + LENGTH + " or " + COMPACT_LENGTH + " bytes, got " + joined.length);
    }
    byte[] s = Arrays.copyOfRange(joined, 32, 64);
    int v = joined.length == LENGTH ? joined[64] : (s[0] >> 7) & 1;
    if (joined.length == COMPACT_LENGTH) {
      s[0] &= 0x7f;
    }
    if (v == 0 || v == 1) {
      v += LOWER_V;
    }
    if (v != LOWER_V && v != LOWER_V + 1) {
      throw new IllegalArgumentException("signature: want v of 27, 28, 0 or 1, got " + v);
    }
    return new Sign.SignatureData((byte) v, Arrays.copyOfRange(joined, 0, 32), s);
  }

  /** Who signed the digest; empty when nobody did, or with the upper of the two s (EIP-2). */
  static Optional<Address> signer(Digest digest, Bytes signature) {
    try {
      Sign.SignatureData data = data(signature);
      if (new BigInteger(1, data.getS()).compareTo(HALF_ORDER) > 0) {
        return Optional.empty();
      }
      BigInteger key = Sign.signedMessageHashToKey(digest.bytes(), data);
      return Optional.of(Address.parse("0x" + Keys.getAddress(key)));
    } catch (SignatureException | IllegalArgumentException | ArithmeticException notASignature) {
      return Optional.empty();
    }
  }
}
