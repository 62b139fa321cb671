package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.merkle.Digest;

/**
 * What a passkey signed, as the consent registry takes it (KEY-2): the signer's bytes, and behind
 * them {@code abi.encode(r, s, challengeIndex, typeIndex, authenticatorData, clientDataJSON)}. Read
 * and checked as PasskeyVerifier does it, so that nothing is relayed that the ledger refuses.
 *
 * @param r of the signature
 * @param s of the signature, at most half the order
 * @param challengeIndex where {@code "challenge":} begins in the client data
 * @param typeIndex where {@code "type":} begins there
 * @param clientData clientDataJSON in UTF-8 (WebAuthn §5.8.1)
 */
public record PasskeySignature(
    PasskeySigner signer,
    BigInteger r,
    BigInteger s,
    BigInteger challengeIndex,
    BigInteger typeIndex,
    Bytes authenticatorData,
    Bytes clientData) {
  private static final int HEAD = 6 * 32;
  private static final int FLAGS = 32;
  private static final int COUNT = 33;
  private static final int SHORTEST_DATA = 37;
  private static final int PRESENT = 0x01;
  private static final int VERIFIED = 0x04;
  private static final int MAY_BE_BACKED_UP = 0x08;
  private static final int IS_BACKED_UP = 0x10;

  /**
   * Puts together what a browser hands over.
   *
   * @param signature in DER, as authenticators write it (WebAuthn §6.5.5)
   * @throws IllegalArgumentException for a signature or client data of another form
   */
  public static PasskeySignature of(
      PasskeySigner signer, Bytes authenticatorData, Bytes clientData, Bytes signature) {
    String text = new String(clientData.toArray(), StandardCharsets.ISO_8859_1);
    BigInteger[] numbers = P256.derNumbers(signature.toArray());
    return new PasskeySignature(
        signer,
        numbers[0],
        P256.lower(numbers[1]),
        index(text, "\"challenge\":"),
        index(text, "\"type\":"),
        authenticatorData,
        clientData);
  }

  private static BigInteger index(String text, String member) {
    int at = text.indexOf(member);
    if (at < 0) {
      throw new IllegalArgumentException("passkey: want " + member + " in the client data");
    }
    return BigInteger.valueOf(at);
  }

  /** Takes the bytes apart; empty for bytes of another form. */
  public static Optional<PasskeySignature> read(Bytes bytes) {
    byte[] all = bytes.toArray();
    if (all.length < PasskeySigner.LENGTH + HEAD) {
      return Optional.empty();
    }
    byte[] input = Arrays.copyOfRange(all, PasskeySigner.LENGTH, all.length);
    Optional<Bytes> authenticatorData = part(input, 4);
    Optional<Bytes> clientData = part(input, 5);
    if (authenticatorData.isEmpty() || clientData.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new PasskeySignature(
            PasskeySigner.read(all),
            word(input, 0),
            word(input, 32),
            word(input, 64),
            word(input, 96),
            authenticatorData.get(),
            clientData.get()));
  }

  private static BigInteger word(byte[] input, int offset) {
    return new BigInteger(1, Arrays.copyOfRange(input, offset, offset + 32));
  }

  private static Optional<Bytes> part(byte[] input, int index) {
    BigInteger offset = word(input, index * 32);
    if (offset.compareTo(BigInteger.valueOf(input.length - 32L)) > 0) {
      return Optional.empty();
    }
    int from = offset.intValueExact() + 32;
    BigInteger length = word(input, from - 32);
    return length.compareTo(BigInteger.valueOf(input.length - (long) from)) > 0
        ? Optional.empty()
        : Optional.of(Bytes.of(Arrays.copyOfRange(input, from, from + length.intValueExact())));
  }

  /** Who signed the digest for this registry; empty when nobody did. */
  static Optional<Address> signer(Address registry, Digest digest, Bytes signature) {
    return read(signature)
        .filter(read -> read.signer.verifier().equals(PasskeySigner.verifierOf(registry)))
        .filter(read -> read.isOver(digest))
        .map(read -> read.signer.address());
  }

  private boolean isOver(Digest digest) {
    byte[] data = authenticatorData.toArray();
    return data.length >= SHORTEST_DATA
        && Digest.of(Arrays.copyOf(data, 32)).equals(signer.site())
        && isFlagged(data[FLAGS])
        && says(typeIndex, "\"type\":\"webauthn.get\"")
        && says(challengeIndex, "\"challenge\":\"" + base64(digest.bytes()) + "\"")
        && P256.isSigned(signer.publicKey(), signed(data), r, s);
  }

  /** Somebody was there and was verified; what is backed up must be allowed to be. */
  private static boolean isFlagged(byte flags) {
    boolean asked = (flags & PRESENT) != 0 && (flags & VERIFIED) != 0;
    return asked && ((flags & MAY_BE_BACKED_UP) != 0 || (flags & IS_BACKED_UP) == 0);
  }

  private boolean says(BigInteger at, String want) {
    byte[] words = want.getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = clientData.toArray();
    if (at.compareTo(BigInteger.valueOf((long) all.length - words.length)) > 0) {
      return false;
    }
    int from = at.intValueExact();
    return Arrays.equals(all, from, from + words.length, words, 0, words.length);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private byte[] signed(byte[] data) {
    byte[] all = Arrays.copyOf(data, data.length + 32);
    System.arraycopy(Digest.sha256(clientData.toArray()).bytes(), 0, all, data.length, 32);
    return all;
  }

  /**
   * How often the passkey has signed, by its own count; 0 where it does not count (WebAuthn
   * §6.1.1).
   */
  public long signCount() {
    byte[] data = authenticatorData.toArray();
    return data.length < SHORTEST_DATA
        ? 0
        : Integer.toUnsignedLong(ByteBuffer.wrap(data).getInt(COUNT));
  }

  /** Whether the device made sure who it was: by a finger, a face or a PIN (WebAuthn §6.1). */
  public boolean isUserVerified() {
    return hasFlag(VERIFIED);
  }

  /** Whether it may be copied to other devices of its holder (WebAuthn §6.1.3). */
  public boolean mayBeBackedUp() {
    return hasFlag(MAY_BE_BACKED_UP);
  }

  /** Whether it is on other devices by now. */
  public boolean isBackedUp() {
    return hasFlag(IS_BACKED_UP);
  }

  private boolean hasFlag(int flag) {
    byte[] data = authenticatorData.toArray();
    return data.length > FLAGS && (data[FLAGS] & flag) != 0;
  }

  /** As the registry takes it. */
  public Bytes bytes() {
    byte[] first = signer.bytes().toArray();
    byte[] rest =
        AbiCall.of("()")
            .uint(r)
            .uint(s)
            .uint(challengeIndex)
            .uint(typeIndex)
            .bytes(authenticatorData)
            .bytes(clientData)
            .data()
            .toArray();
    byte[] all = Arrays.copyOf(first, first.length + rest.length - 4);
    System.arraycopy(rest, 4, all, first.length, rest.length - 4);
    return Bytes.of(all);
  }
}
