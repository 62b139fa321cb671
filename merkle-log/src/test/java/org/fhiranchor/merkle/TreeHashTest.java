package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TreeHashTest {
  @Test
  @DisplayName("TREE-1 the empty tree, leaves and nodes hash as RFC 6962 says")
  void hashesTheKnownVectors() {
    assertThat(TreeHash.EMPTY.hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(TreeHash.leaf(new byte[0]).hex())
        .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    assertThat(TreeHash.leaf("L123456".getBytes(UTF_8)).hex())
        .isEqualTo("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
    byte[] node = "\u0001N123N456".getBytes(UTF_8);
    assertThat(Digest.sha256(node).hex())
        .isEqualTo("aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
  }

  @Test
  @DisplayName("TREE-1 a node is SHA-256 of 01, left and right")
  void nodeIsDomainSeparated() {
    Digest left = TreeHash.leaf("left".getBytes(UTF_8));
    Digest right = TreeHash.leaf("right".getBytes(UTF_8));
    assertThat(TreeHash.node(left, right))
        .isEqualTo(Digest.sha256(new byte[] {1}, left.bytes(), right.bytes()))
        .isNotEqualTo(TreeHash.node(right, left));
  }

  @Test
  @DisplayName("TREE-2 a digest has 32 bytes and one spelling")
  void digestHasOneSpelling() {
    Digest digest = TreeHash.leaf(new byte[0]);
    assertThat(Digest.fromHex(digest.hex())).isEqualTo(digest);
    assertThat(Digest.fromBase64(digest.base64())).isEqualTo(digest);
    for (String wrong :
        new String[] {
          "",
          digest.hex() + "00",
          digest.hex().substring(2),
          digest.hex().toUpperCase(java.util.Locale.ROOT)
        }) {
      assertThatIllegalArgumentException().isThrownBy(() -> Digest.fromHex(wrong));
    }
    String base64 = digest.base64();
    String strayBits = base64.substring(0, 42) + (char) (base64.charAt(42) + 1) + "=";
    for (String wrong :
        new String[] {"", base64.substring(0, 43), base64 + "\n", strayBits, "AAAA"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Digest.fromBase64(wrong));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> Digest.of(new byte[31]));
  }
}
