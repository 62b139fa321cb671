package org.fhiranchor.verifier;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.embedded.EmbeddedChain;
import org.fhiranchor.ledger.evm.ContractDeployer;
import org.fhiranchor.ledger.evm.EvmAccount;
import org.fhiranchor.ledger.evm.EvmAnchorLedger;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.evm.FeePolicy;
import org.fhiranchor.ledger.evm.Mnemonic;
import org.fhiranchor.merkle.TreeProofs;
import org.fhiranchor.merkle.TreeSize;

/** A real chain with the real contract on it, and one log registered there. */
final class RealLedger implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final SampleLog log;
  private final EmbeddedChain chain;
  private final EvmClient client;
  private final EvmAnchorLedger ledger;
  private final EvmAccount account;
  private final Address contract;
  private final LogId logId;

  RealLedger(Path folder, SampleLog log) {
    this.log = log;
    Mnemonic mnemonic = Mnemonic.loadOrCreate(folder.resolve("mnemonic"), new SecureRandom());
    List<Path> roots = List.of(Path.of(System.getProperty("anchor.root", "..")));
    List<Address> funded = List.of(mnemonic.signer(0).address());
    chain = EmbeddedChain.start(EmbeddedChain.Settings.of(folder.resolve("chain"), roots, funded));
    client = EvmClient.connect(chain.rpcUrl(), LIMIT);
    FeePolicy fees = FeePolicy.ofGwei(500);
    ContractDeployer deployer =
        new ContractDeployer(
            client, chain.chainId(), mnemonic.signer(0), fees, LIMIT, InstantSource.system());
    contract = deployer.deployAnchorRegistry();
    logId = deployer.register(contract, log.key.verifierKey());
    ledger = new EvmAnchorLedger(client, contract, mnemonic.signer(0).address());
    account = new EvmAccount(client, chain.chainId(), mnemonic.signer(0), fees);
  }

  URI rpc() {
    return chain.rpcUrl();
  }

  String contract() {
    return contract.hex();
  }

  LogId logId() {
    return logId;
  }

  /** Gives the block. */
  long anchor(long from, long to) {
    AnchorCall call =
        new AnchorCall(
            logId,
            new TreeSize(from),
            new TreeSize(to),
            log.root(to),
            TreeProofs.consistency(new TreeSize(from), new TreeSize(to), log.nodes(to)));
    account.send(
        account.sign(
            ledger.call(call), account.pendingNonce(), account.offer(CallKind.ANCHOR).fees()));
    return await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> ledger.head(logId).filter(head -> head.size().value() == to), Optional::isPresent)
        .orElseThrow()
        .blockNumber();
  }

  @Override
  public void close() {
    client.close();
    chain.close();
  }
}
