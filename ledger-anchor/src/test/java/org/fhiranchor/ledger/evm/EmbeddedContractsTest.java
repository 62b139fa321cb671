package org.fhiranchor.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.fhiranchor.ledger.Address;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedContractsTest {
  @Test
  @DisplayName("FOL-7 deploys the current contract on a chain that has one of an earlier version")
  void replacesAnOldContract(@TempDir Path folder) {
    try (TestChain chain = TestChain.start(folder)) {
      Address old = OldConsentContract.on(chain, chain.consentContract());
      EmbeddedContracts first = TestChain.prepare(chain);
      assertThat(first.consentRegistry()).isNotEqualTo(old);
      assertThat(first.anchorRegistry()).isEqualTo(chain.anchorContract());
      assertThat(chain.deployer().isNumbered(old)).isFalse();
      assertThat(chain.deployer().isNumbered(first.consentRegistry())).isTrue();
      assertThat(TestChain.prepare(chain)).isEqualTo(first);
    }
  }
}
