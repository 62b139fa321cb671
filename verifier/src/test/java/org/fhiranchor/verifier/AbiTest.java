package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AbiTest {
  @Test
  @DisplayName("AR-3 selectors are keccak's: the ERC-20 ones that everybody knows")
  void selectors() {
    assertThat(Abi.selector("transfer(address,uint256)")).isEqualTo("0xa9059cbb");
    assertThat(Abi.selector("balanceOf(address)")).isEqualTo("0x70a08231");
    assertThat(
            HexFormat.of()
                .formatHex(Abi.keccak256("Transfer(address,address,uint256)".getBytes(US_ASCII))))
        .isEqualTo("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
  }

  @Test
  @DisplayName("AR-2 a size fills one word")
  void words() {
    assertThat(Abi.word(255)).isEqualTo("0x" + "0".repeat(62) + "ff");
    assertThat(Abi.word(Long.MAX_VALUE)).endsWith("7fffffffffffffff").hasSize(66);
  }
}
