package org.fhiranchor.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** KEY-2: against what the contract itself found, on a chain with the precompile and without. */
final class PasskeySignatureTest {
  /** Where anvil's first account puts its first contract, as in the vectors. */
  private static final Address REGISTRY = new Address("0x5fbdb2315678afecb367f032d93f642f64180aa3");

  private static final Digest DIGEST = Digest.sha256(new byte[] {1});

  record Vector(JsonNode json) {
    @Override
    public String toString() {
      return json.path("name").asText();
    }

    Bytes bytes(String member) {
      return Bytes.fromHex(json.path(member).asText());
    }
  }

  static Stream<Vector> vectors() throws IOException {
    return StreamSupport.stream(file().path("vectors").spliterator(), false).map(Vector::new);
  }

  private static JsonNode file() throws IOException {
    try (InputStream in = PasskeySignatureTest.class.getResourceAsStream("/passkey-vectors.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private static Optional<Address> signer(Bytes signature, Digest digest) {
    return PasskeySignature.signer(REGISTRY, digest, signature);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  @DisplayName("KEY-2 what counts here is what counts for the contract")
  void findsWhatTheContractFinds(Vector vector) {
    Optional<Address> grantor =
        Optional.of(Address.parse(vector.json().path("grantor").asText()))
            .filter(any -> vector.json().path("signed").asBoolean());
    assertThat(
            signer(vector.bytes("signature"), vector.bytes("digest").digest())
                .filter(Address.parse(vector.json().path("grantor").asText())::equals))
        .isEqualTo(grantor);
  }

  @Test
  @DisplayName("KEY-2 the verifier is where the registry put it")
  void findsTheVerifier() throws IOException {
    assertThat(PasskeySigner.verifierOf(REGISTRY))
        .isEqualTo(Address.parse(file().path("verifier").asText()));
  }

  @Test
  @DisplayName("KEY-2 no changed bit of a signature counts, and none of its pieces")
  void refusesWhatWasChanged() throws IOException {
    Vector good = vectors().findFirst().orElseThrow();
    Digest digest = good.bytes("digest").digest();
    byte[] whole = good.bytes("signature").toArray();
    PasskeySignature read = PasskeySignature.read(Bytes.of(whole)).orElseThrow();
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      Bytes bytes = Bytes.of(changed);
      assertThat(signer(bytes, digest))
          .as("a change that is read")
          .matches(
              found ->
                  found.isEmpty()
                      || !found.get().equals(read.signer().address())
                      || PasskeySignature.read(bytes).orElseThrow().equals(read));
    }
    for (int length = 0; length < read.bytes().size() - 32; length++) {
      assertThat(signer(Bytes.of(Arrays.copyOf(whole, length)), digest)).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "KEY-3 what a browser hands over is put together, whichever s the authenticator wrote")
  void putsTogetherWhatABrowserHandsOver() throws GeneralSecurityException {
    KeyPair keys = keys();
    Bytes spki = Bytes.of(keys.getPublic().getEncoded());
    PasskeySigner signer =
        PasskeySigner.of(REGISTRY, PasskeySigner.publicKey(spki), "clinic.example.org");
    for (int i = 0; i < 40; i++) {
      Bytes signature = assertion(keys, signer);
      assertThat(signer(signature, DIGEST)).contains(signer.address());
      assertThat(signer(signature, Digest.sha256(new byte[] {2}))).isEmpty();
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static Bytes assertion(KeyPair keys, PasskeySigner signer)
      throws GeneralSecurityException {
    byte[] data = Arrays.copyOf(signer.site().bytes(), 37);
    data[32] = 5;
    byte[] client =
        ("{\"type\":\"webauthn.get\",\"challenge\":\""
                + Base64.getUrlEncoder().withoutPadding().encodeToString(DIGEST.bytes())
                + "\",\"origin\":\"https://clinic.example.org\"}")
            .getBytes(StandardCharsets.UTF_8);
    Signature sign = Signature.getInstance("SHA256withECDSA");
    sign.initSign(keys.getPrivate());
    sign.update(data);
    sign.update(Digest.sha256(client).bytes());
    return PasskeySignature.of(signer, Bytes.of(data), Bytes.of(client), Bytes.of(sign.sign()))
        .bytes();
  }

  @Test
  @DisplayName("KEY-3 a public key is taken in each form that browsers write")
  void takesEachFormOfAPublicKey() throws GeneralSecurityException {
    byte[] spki = ((ECPublicKey) keys().getPublic()).getEncoded();
    byte[] point = Arrays.copyOfRange(spki, spki.length - 64, spki.length);
    Bytes want = Bytes.of(point);
    String x = want.hex().substring(2, 66);
    String y = want.hex().substring(66);
    assertThat(PasskeySigner.publicKey(Bytes.of(spki))).isEqualTo(want);
    assertThat(PasskeySigner.publicKey(want)).isEqualTo(want);
    assertThat(PasskeySigner.publicKey(Bytes.fromHex("0x04" + x + y))).isEqualTo(want);
    assertThat(PasskeySigner.publicKey(Bytes.fromHex("0xa5010203262001215820" + x + "225820" + y)))
        .isEqualTo(want);
    for (String wrong : new String[] {"0x", "0x02" + x, "0x05" + x + y, "0x" + x}) {
      assertThatThrownBy(() -> PasskeySigner.publicKey(Bytes.fromHex(wrong)))
          .hasMessageContaining("want a public key on P-256");
    }
  }

  @Test
  @DisplayName("KEY-3 a signature that is no DER is refused, whatever it is cut to")
  void refusesOtherSignatures() throws GeneralSecurityException {
    Signature sign = Signature.getInstance("SHA256withECDSA");
    sign.initSign(keys().getPrivate());
    byte[] der = sign.sign();
    assertThat(P256.derNumbers(der)).hasSize(2);
    for (int length = 0; length < der.length; length++) {
      byte[] piece = Arrays.copyOf(der, length);
      assertThatThrownBy(() -> P256.derNumbers(piece)).hasMessageContaining("DER");
    }
    for (int at : new int[] {0, 1, 2, 3}) {
      byte[] changed = der.clone();
      changed[at]++;
      assertThatThrownBy(() -> P256.derNumbers(changed)).hasMessageContaining("DER");
    }
  }
}
