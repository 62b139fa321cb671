package org.fhiranchor.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.embedded.EmbeddedChain;
import org.fhiranchor.ledger.evm.ContractDeployer;
import org.fhiranchor.ledger.evm.EvmAnchorLedger;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.evm.FeePolicy;
import org.fhiranchor.ledger.evm.Mnemonic;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.TreeProofs;
import org.fhiranchor.merkle.TreeSize;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealChainTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final byte[] PATIENT = SampleLog.patient(1, "Chalmers");

  @TempDir private Path folder;

  private final SampleLog log = new SampleLog();

  @Test
  @DisplayName(
      "VER-1 against the real contract on a real chain: anchored, extended, and other keys")
  void realContract() throws IOException {
    log.append(SampleLog.stored(PATIENT, Optional.empty()));
    log.fill(99);
    Mnemonic mnemonic = Mnemonic.loadOrCreate(folder.resolve("mnemonic"), new SecureRandom());
    FeePolicy fees = FeePolicy.ofGwei(500);
    List<Path> roots = List.of(Path.of(System.getProperty("anchor.root", "..")));
    EmbeddedChain.Settings settings =
        EmbeddedChain.Settings.of(
            folder.resolve("chain"), roots, List.of(mnemonic.signer(0).address()));
    try (EmbeddedChain chain = EmbeddedChain.start(settings);
        EvmClient client = EvmClient.connect(chain.rpcUrl(), LIMIT)) {
      ContractDeployer deployer =
          new ContractDeployer(client, mnemonic.signer(0), fees, LIMIT, InstantSource.system());
      Address contract = deployer.deployAnchorRegistry();
      LogId logId = deployer.register(contract, log.key.verifierKey());
      EvmAnchorLedger ledger = new EvmAnchorLedger(client, contract, mnemonic.signer(0), fees);

      long block = anchor(ledger, logId, 0, 80);
      Files.write(folder.resolve("r.json"), PATIENT);
      Files.write(
          folder.resolve("p.json"),
          log.proof(0, 70, Optional.of(log.anchor(80, contract.hex(), logId.value(), block))));
      Object[] args = {
        folder.resolve("r.json"),
        folder.resolve("p.json"),
        "--key",
        log.key.verifierKey(),
        "--rpc",
        chain.rpcUrl(),
        "--contract",
        contract.hex(),
        "--log-id",
        logId
      };
      assertThat(Run.of(args).out()).endsWith("VERIFIED\n").contains("head of 80 leaves");

      anchor(ledger, logId, 80, 100);
      assertThat(Run.of(args).out()).endsWith("VERIFIED\n").contains("extended since to 100");

      args[3] = LogSigningKey.generate(SampleLog.ORIGIN, new SecureRandom()).verifierKey();
      assertThat(Run.of(args).code()).isEqualTo(1);
      args[3] = log.key.verifierKey();
      args[7] = mnemonic.signer(0).address().hex();
      assertThat(Run.of(args).out()).contains("another contract");

      try (LocalServer tiles = new LocalServer(new TileAnswers(log))) {
        Run audit =
            Run.of(
                "log",
                tiles.url() + "/log",
                "--key",
                log.key.verifierKey(),
                "--rpc",
                chain.rpcUrl(),
                "--contract",
                contract.hex(),
                "--log-id",
                logId);
        assertThat(audit.out()).endsWith("VERIFIED\n").contains("the ledger's head of 100 leaves");
      }
    }
  }

  private long anchor(EvmAnchorLedger ledger, LogId logId, long from, long to) {
    AnchorCall call =
        new AnchorCall(
            logId,
            new TreeSize(from),
            new TreeSize(to),
            log.root(to),
            TreeProofs.consistency(new TreeSize(from), new TreeSize(to), log.nodes(to)));
    SignedTransaction signed = ledger.sign(call, ledger.nextNonce(), ledger.fees());
    ledger.send(signed);
    return ledger.inclusion(signed.hash()).orElseThrow().block().number();
  }
}
