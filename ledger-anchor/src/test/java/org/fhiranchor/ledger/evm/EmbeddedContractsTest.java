package org.fhiranchor.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.embedded.EmbeddedChain;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.LogVerifierKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EmbeddedContractsTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Executor NODES = task -> new Thread(task).start();
  private static final FeePolicy FEES = FeePolicy.ofGwei(500);

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

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "3, 0", "1, 15", "2, 15"})
  @DisplayName("OPS-1 answers that are lost or late while the contracts are put there end no start")
  void triesAgainWhatWasNotAnswered(int lost, int lagging, @TempDir Path folder) throws Exception {
    Mnemonic mnemonic = Mnemonic.loadOrCreate(folder.resolve("mnemonic"), new SecureRandom());
    EmbeddedChain.Settings settings =
        EmbeddedChain.Settings.of(folder.resolve("chain"), TestChain.roots(), mnemonic.accounts());
    LogVerifierKey key =
        LogSigningKey.generate("example.org/starved", new SecureRandom()).verifierKey();
    try (EmbeddedChain chain = EmbeddedChain.start(settings);
        EvmClient direct = EvmClient.connect(chain.rpcUrl(), LIMIT);
        StarvedNode starved = StarvedNode.before(chain.rpcUrl(), lost, lagging);
        EvmClient client = EvmClient.connect(starved.url(), LIMIT)) {
      EmbeddedContracts contracts =
          EmbeddedContracts.prepare(
              client, chain.chainId(), mnemonic, LIMIT, InstantSource.system());
      assertThat(starved.asked())
          .containsKeys("eth_getCode", "eth_estimateGas", "eth_sendRawTransaction");
      assertThat(
              EmbeddedContracts.prepare(
                  direct, chain.chainId(), mnemonic, LIMIT, InstantSource.system()))
          .isEqualTo(contracts);
      assertThat(sent(chain, direct, mnemonic.signer(Mnemonic.DEPLOYER))).isEqualTo(2);
      KeySigner owner = mnemonic.signer(Mnemonic.ANCHORER);
      try (StarvedNode again = StarvedNode.before(chain.rpcUrl(), lost, lagging);
          EvmClient registrar = EvmClient.connect(again.url(), LIMIT)) {
        LogId log =
            new ContractDeployer(
                    registrar, chain.chainId(), owner, FEES, LIMIT, InstantSource.system())
                .register(contracts.anchorRegistry(), key);
        assertThat(
                new EvmAnchorLedger(direct, contracts.anchorRegistry(), owner.address()).owner(log))
            .contains(owner.address());
      }
      assertThat(sent(chain, direct, owner)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("OPS-1 nodes of one log that start together all find it registered")
  void registersTogether(@TempDir Path folder) {
    try (TestChain chain = TestChain.start(folder)) {
      for (int round = 0; round < 10; round++) {
        LogVerifierKey key =
            LogSigningKey.generate("example.org/together", new SecureRandom()).verifierKey();
        Set<LogId> names =
            IntStream.range(0, 4)
                .mapToObj(
                    node ->
                        CompletableFuture.supplyAsync(
                            () -> chain.deployer().register(chain.anchorContract(), key), NODES))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .collect(Collectors.toSet());
        assertThat(names).hasSize(1);
        assertThat(chain.anchorLedger().owner(names.iterator().next()))
            .contains(chain.signer().address());
      }
    }
  }

  private static long sent(EmbeddedChain chain, EvmClient client, KeySigner key) {
    return new EvmAccount(client, chain.chainId(), key, FEES).pendingNonce();
  }
}
