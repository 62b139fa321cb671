package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.util.Arrays;
import org.fhiranchor.ledger.Bytes;

/** ECDSA with SHA-256 on NIST's curve P-256, as the registry checks it: with the lower s alone. */
final class P256 {
  private static final ECParameterSpec CURVE = curve();
  private static final BigInteger ORDER = CURVE.getOrder();
  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);
  private static final BigInteger PRIME =
      ((java.security.spec.ECFieldFp) CURVE.getCurve().getField()).getP();
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;

  private P256() {}

  private static ECParameterSpec curve() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no curve P-256", missing);
    }
  }

  static boolean isSigned(Bytes publicKey, byte[] message, BigInteger r, BigInteger s) {
    byte[] point = publicKey.toArray();
    BigInteger x = new BigInteger(1, Arrays.copyOf(point, 32));
    BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 32, 64));
    return isNumber(r)
        && isNumber(s)
        && s.compareTo(HALF_ORDER) <= 0
        && isPoint(x, y)
        && verifies(new ECPoint(x, y), message, r, s);
  }

  private static boolean isNumber(BigInteger number) {
    return number.signum() > 0 && number.compareTo(ORDER) < 0;
  }

  private static boolean isPoint(BigInteger x, BigInteger y) {
    EllipticCurve curve = CURVE.getCurve();
    BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(PRIME);
    return x.compareTo(PRIME) < 0 && y.compareTo(PRIME) < 0 && y.pow(2).mod(PRIME).equals(right);
  }

  private static boolean verifies(ECPoint point, byte[] message, BigInteger r, BigInteger s) {
    try {
      PublicKey key =
          KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, CURVE));
      Signature check = Signature.getInstance("SHA256withECDSAinP1363Format");
      check.initVerify(key);
      check.update(message);
      byte[] both = new byte[64];
      put(r, both, 0);
      put(s, both, 32);
      return check.verify(both);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("P-256: this Java cannot check a signature", broken);
    }
  }

  private static void put(BigInteger number, byte[] into, int at) {
    byte[] bytes = number.toByteArray();
    int from = Math.max(0, bytes.length - 32);
    System.arraycopy(bytes, from, into, at + 32 - (bytes.length - from), bytes.length - from);
  }

  /** The lower of the two values that make the same signature. */
  static BigInteger lower(BigInteger s) {
    return s.compareTo(HALF_ORDER) > 0 ? ORDER.subtract(s) : s;
  }

  /**
   * r and s of a signature in DER (SEC 1, C.5): a sequence of two integers, and no more.
   *
   * @throws IllegalArgumentException for anything else
   */
  static BigInteger[] derNumbers(byte[] der) {
    if (der.length < 8 || der.length > 72 || der[0] != SEQUENCE || der[1] != der.length - 2) {
      throw notDer();
    }
    int second = 4 + length(der, 2);
    int end = second + 2 + (second + 2 > der.length ? 0 : length(der, second));
    if (end != der.length) {
      throw notDer();
    }
    BigInteger r = new BigInteger(Arrays.copyOfRange(der, 4, second));
    BigInteger s = new BigInteger(Arrays.copyOfRange(der, second + 2, end));
    if (!isNumber(r) || !isNumber(s)) {
      throw notDer();
    }
    return new BigInteger[] {r, s};
  }

  /** The length of the integer whose tag is here. */
  private static int length(byte[] der, int at) {
    int length = der[at + 1];
    if (der[at] != INTEGER || length < 1 || length > 33 || at + 2 + length > der.length) {
      throw notDer();
    }
    return length;
  }

  private static IllegalArgumentException notDer() {
    return new IllegalArgumentException("passkey: want a signature in DER, r and s on P-256");
  }
}
