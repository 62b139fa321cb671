package org.fhiranchor.interceptors.gate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.fhiranchor.merkle.Digest;

/** An authenticator with one key, and the browser before it (WebAuthn §6 and §5.8.1). */
final class TestPasskey {
  private static final int VERIFIED = 0x05;

  private final KeyPair keys;

  TestPasskey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException broken) {
      throw new AssertionError("Java has P-256", broken);
    }
  }

  /** As the browser's getPublicKey() answers, in base64url. */
  String publicKey() {
    return base64(keys.getPublic().getEncoded());
  }

  /** What a page of an origin gets for a challenge. */
  record Page(String relyingParty, String origin, boolean crossOrigin, int flags, int count) {
    static Page of(String origin) {
      return new Page("localhost", origin, false, VERIFIED, 0);
    }

    Page inAFrame() {
      return new Page(relyingParty, origin, true, flags, count);
    }

    Page withFlags(int others) {
      return new Page(relyingParty, origin, crossOrigin, others, count);
    }

    /** With this count of signatures, as the authenticator says it. */
    Page withCount(int signatures) {
      return new Page(relyingParty, origin, crossOrigin, flags, signatures);
    }

    Page of(String otherParty, String otherOrigin) {
      return new Page(otherParty, otherOrigin, crossOrigin, flags, count);
    }
  }

  /** The parameters of an operation that takes a signature, without the public key. */
  String signed(String challenge, Page page) {
    byte[] data =
        Arrays.copyOf(
            Digest.sha256(page.relyingParty().getBytes(StandardCharsets.UTF_8)).bytes(), 37);
    data[32] = (byte) page.flags();
    ByteBuffer.wrap(data).putInt(33, page.count());
    byte[] client =
        "{\"type\":\"webauthn.get\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":%s}"
            .formatted(challenge, page.origin(), page.crossOrigin())
            .getBytes(StandardCharsets.UTF_8);
    return text("authenticatorData", base64(data))
        + ","
        + text("clientDataJSON", base64(client))
        + ","
        + text("signature", base64(signature(data, client)));
  }

  private byte[] signature(byte[] data, byte[] client) {
    try {
      Signature sign = Signature.getInstance("SHA256withECDSA");
      sign.initSign(keys.getPrivate());
      sign.update(data);
      sign.update(Digest.sha256(client).bytes());
      return sign.sign();
    } catch (GeneralSecurityException broken) {
      throw new AssertionError("Java signs with P-256", broken);
    }
  }

  static String text(String name, String value) {
    return "{\"name\":\"%s\",\"valueString\":\"%s\"}".formatted(name, value);
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
