package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.merkle.Digest;
import org.web3j.crypto.ContractUtils;
import org.web3j.crypto.Hash;

/**
 * A passkey as the consent registry knows it (KEY-2, ERC-7913): its public key and the site that it
 * signs for. The registry has no state for it, so that all of this travels with every signature.
 *
 * @param verifier the registry's PasskeyVerifier
 * @param publicKey x ‖ y on P-256, 64 bytes
 * @param site SHA-256 of the relying party's id (WebAuthn, rpIdHash)
 */
public record PasskeySigner(Address verifier, Bytes publicKey, Digest site) {
  /** Bytes of verifier, public key and site. */
  static final int LENGTH = 20 + 64 + 32;

  /**
   * COSE_Key of ES256 as CTAP2 writes it, up to x: {1: 2, 3: -7, -1: 1, -2: x, -3: y} (RFC 9053).
   */
  private static final byte[] COSE_X = HexFormat.of().parseHex("a5010203262001215820");

  private static final byte[] COSE_Y = HexFormat.of().parseHex("225820");

  /** SubjectPublicKeyInfo of an uncompressed key on P-256, up to x (RFC 5480). */
  private static final byte[] SPKI =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

  /** Checks the length. */
  public PasskeySigner {
    if (publicKey.size() != 64) {
      throw new IllegalArgumentException(
          "passkey: want x and y of 32 bytes each, got " + publicKey.size() + " bytes");
    }
  }

  /**
   * The passkey of a site.
   *
   * @param registry the consent registry that it signs for
   * @param relyingParty the site's relying party id, such as {@code clinic.example.org}
   */
  public static PasskeySigner of(Address registry, Bytes publicKey, String relyingParty) {
    return new PasskeySigner(
        verifierOf(registry),
        publicKey,
        Digest.sha256(relyingParty.getBytes(StandardCharsets.UTF_8)));
  }

  /** Where a registry puts its verifier: the first contract that it makes (EIP-161). */
  public static Address verifierOf(Address registry) {
    return Address.parse(ContractUtils.generateContractAddress(registry.hex(), BigInteger.ONE));
  }

  /**
   * The public key in the forms that browsers hand over: x ‖ y, 04 ‖ x ‖ y, COSE_Key, or
   * SubjectPublicKeyInfo.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Bytes publicKey(Bytes given) {
    byte[] all = given.toArray();
    if (all.length == 64) {
      return given;
    }
    if (all.length == 65 && all[0] == 4) {
      return Bytes.of(Arrays.copyOfRange(all, 1, 65));
    }
    if (all.length == SPKI.length + 64 && isAt(all, 0, SPKI)) {
      return Bytes.of(Arrays.copyOfRange(all, SPKI.length, all.length));
    }
    int y = COSE_X.length + 32;
    if (all.length == y + COSE_Y.length + 32 && isAt(all, 0, COSE_X) && isAt(all, y, COSE_Y)) {
      return Bytes.of(
          ByteBuffer.allocate(64)
              .put(all, COSE_X.length, 32)
              .put(all, y + COSE_Y.length, 32)
              .array());
    }
    throw new IllegalArgumentException(
        "passkey: want a public key on P-256 as x and y, COSE_Key or SubjectPublicKeyInfo, got "
            + all.length
            + " bytes");
  }

  private static boolean isAt(byte[] all, int offset, byte[] part) {
    return Arrays.equals(all, offset, offset + part.length, part, 0, part.length);
  }

  static PasskeySigner read(byte[] bytes) {
    return new PasskeySigner(
        new Address(Bytes.of(Arrays.copyOf(bytes, 20)).hex()),
        Bytes.of(Arrays.copyOfRange(bytes, 20, 84)),
        Digest.of(Arrays.copyOfRange(bytes, 84, LENGTH)));
  }

  /** Verifier ‖ x ‖ y ‖ site. */
  public Bytes bytes() {
    return Bytes.of(
        ByteBuffer.allocate(LENGTH)
            .put(Bytes.fromHex(verifier.hex()).toArray())
            .put(publicKey.toArray())
            .put(site.bytes())
            .array());
  }

  /** The grantor's address: the last 20 bytes of the Keccak-256 of {@link #bytes}. */
  public Address address() {
    byte[] hash = Hash.sha3(bytes().toArray());
    return new Address(Bytes.of(Arrays.copyOfRange(hash, 12, 32)).hex());
  }
}
