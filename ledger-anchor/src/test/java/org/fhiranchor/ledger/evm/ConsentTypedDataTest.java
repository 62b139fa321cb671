package org.fhiranchor.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.KeyBinding;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CR-5: against digests and signatures made by viem. */
final class ConsentTypedDataTest {
  record Vector(JsonNode json) {
    @Override
    public String toString() {
      return json.path("name").asText();
    }

    String message(String member) {
      return json.path("message").path(member).asText();
    }

    BigInteger number(String member) {
      return new BigInteger(message(member));
    }

    Address address(String member) {
      return Address.parse(message(member));
    }

    boolean hasEmptyPeriod() {
      return json.path("message").has("notBefore")
          && number("notBefore").compareTo(number("notAfter")) >= 0;
    }

    Bytes bytes(String member) {
      return Bytes.fromHex(json.path(member).asText());
    }

    ConsentDomain domain() {
      JsonNode domain = json.path("domain");
      return new ConsentDomain(
          new ChainId(domain.path("chainId").asLong()),
          Address.parse(domain.path("verifyingContract").asText()));
    }

    ConsentTypedData typedData() {
      return switch (json.path("primaryType").asText()) {
        case "ConsentGrant" -> ConsentTypedData.of(domain(), grant());
        case "ConsentRevocation" -> ConsentTypedData.of(domain(), revocation());
        default -> ConsentTypedData.of(domain(), binding());
      };
    }

    private ConsentGrant grant() {
      return new ConsentGrant(
          ConsentId.parse(message("consentId")),
          Bytes.fromHex(message("termsHash")).digest(),
          address("grantor"),
          new ConsentPeriod(number("notBefore"), number("notAfter")),
          number("deadline"));
    }

    private ConsentRevocation revocation() {
      return new ConsentRevocation(
          ConsentId.parse(message("consentId")), address("grantor"), number("deadline"));
    }

    private KeyBinding binding() {
      return new KeyBinding(
          Bytes.fromHex(message("subject")).digest(), address("key"), number("deadline"));
    }
  }

  static Stream<Vector> vectors() throws IOException {
    return all().filter(vector -> !vector.hasEmptyPeriod());
  }

  private static Stream<Vector> all() throws IOException {
    try (InputStream in = ConsentTypedDataTest.class.getResourceAsStream("/eip712-vectors.json")) {
      JsonNode root = new ObjectMapper().readTree(Objects.requireNonNull(in));
      return StreamSupport.stream(root.path("vectors").spliterator(), false).map(Vector::new);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  @DisplayName("CR-5 digests are those of viem")
  void hashesAsViemDoes(Vector vector) {
    assertThat(vector.typedData().digest()).isEqualTo(vector.bytes("digest").digest());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  @DisplayName("CR-5 a wallet is shown the same members that are hashed")
  void showsTheSameToAWallet(Vector vector) throws IOException {
    JsonNode shown = new ObjectMapper().readTree(vector.typedData().json());
    assertThat(shown.path("primaryType")).isEqualTo(vector.json().path("primaryType"));
    assertThat(shown.path("message").size()).isEqualTo(vector.json().path("message").size());
    assertThat(shown.path("types").path(shown.path("primaryType").asText()).size())
        .isEqualTo(shown.path("message").size());
    assertThat(shown.path("message").path("deadline").asText())
        .isEqualTo(vector.message("deadline"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  @DisplayName("CR-5 finds the signer of viem's signatures, and signs alike")
  void recoversTheSigner(Vector vector) {
    Digest digest = vector.bytes("digest").digest();
    Bytes signature = vector.bytes("signature");
    assertThat(PatientKey.signer(digest, signature))
        .contains(Address.parse(vector.json().path("signer").asText()));
    assertThat(PatientKey.of(vector.bytes("privateKey")).sign(digest)).isEqualTo(signature);
  }

  @Test
  @DisplayName("CR-2 makes nothing to sign for a period that the contract would refuse as empty")
  void refusesAnEmptyPeriod() throws IOException {
    assertThat(all().filter(Vector::hasEmptyPeriod))
        .isNotEmpty()
        .allSatisfy(
            vector ->
                assertThatThrownBy(vector::typedData)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("want an end after the start"));
  }

  @Test
  void nobodySignedWithTheUpperOfTheTwoS() throws IOException {
    Vector vector = vectors().findFirst().orElseThrow();
    byte[] flipped = vector.bytes("signature").toArray();
    BigInteger order =
        new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    BigInteger upper = order.subtract(new BigInteger(1, Arrays.copyOfRange(flipped, 32, 64)));
    System.arraycopy(Bytes.fromHex("0x%064x".formatted(upper)).toArray(), 0, flipped, 32, 32);
    flipped[64] = (byte) (flipped[64] == 27 ? 28 : 27);
    assertThat(PatientKey.signer(vector.bytes("digest").digest(), Bytes.of(flipped))).isEmpty();
  }

  @Test
  void nobodySignedWithBytesThatAreNoSignature() {
    Digest digest = Digest.sha256(new byte[] {1});
    for (int length : new int[] {0, 1, 64, 65, 66, 1000}) {
      assertThat(PatientKey.signer(digest, Bytes.of(new byte[length]))).isEmpty();
    }
  }

  @Test
  void aNewKeySignsForItsAddressAndComesBackFromItsSecret() {
    PatientKey key = PatientKey.generate(new SecureRandom());
    Digest digest = Digest.sha256(new byte[] {2});
    PatientKey again = PatientKey.of(key.secret());
    assertThat(again.address()).isEqualTo(key.address());
    assertThat(PatientKey.signer(digest, again.sign(digest))).isEqualTo(Optional.of(key.address()));
  }

  @Test
  void refusesASecretThatIsNoKey() {
    assertThatThrownBy(() -> PatientKey.of(Bytes.of(new byte[32])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("below the curve's order");
    assertThatThrownBy(() -> PatientKey.of(Bytes.fromHex("0x" + "ff".repeat(32))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PatientKey.of(Bytes.fromHex("0x01")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
