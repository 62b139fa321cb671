package org.fhiranchor.interceptors.sending;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.fhiranchor.interceptors.testing.ChainOrders;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.embedded.EmbeddedChain;
import org.fhiranchor.ledger.evm.ContractDeployer;
import org.fhiranchor.ledger.evm.EmbeddedContracts;
import org.fhiranchor.ledger.evm.EvmAccount;
import org.fhiranchor.ledger.evm.EvmAnchorLedger;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.evm.EvmConsentLedger;
import org.fhiranchor.ledger.evm.FeePolicy;
import org.fhiranchor.ledger.evm.KeySigner;
import org.fhiranchor.ledger.evm.Mnemonic;

/** A real chain with our contracts, and one account that anchors and relays. */
final class SharedAccount implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  final EmbeddedChain chain;
  private final ChainOrders orders;
  final EvmClient client;
  final KeySigner key;
  final EmbeddedContracts contracts;

  SharedAccount(Path folder) {
    Mnemonic mnemonic = Mnemonic.loadOrCreate(folder.resolve("mnemonic"), new SecureRandom());
    List<Path> roots =
        List.of(
            Path.of(
                System.getProperty("test.chain.root", System.getProperty("anchor.root", ".."))));
    chain =
        EmbeddedChain.start(
            EmbeddedChain.Settings.of(folder.resolve("chain"), roots, mnemonic.accounts()));
    orders = new ChainOrders(folder.resolve("chain"));
    client = EvmClient.connect(chain.rpcUrl(), LIMIT);
    key = mnemonic.signer(Mnemonic.ANCHORER);
    contracts = EmbeddedContracts.prepare(client, id(), mnemonic, LIMIT, InstantSource.system());
  }

  ChainId id() {
    return chain.chainId();
  }

  Address address() {
    return key.address();
  }

  EvmAccount account() {
    return account(client);
  }

  EvmAccount account(EvmClient through) {
    return new EvmAccount(through, id(), key, FeePolicy.ofGwei(500));
  }

  EvmAnchorLedger anchors() {
    return new EvmAnchorLedger(client, contracts.anchorRegistry(), address());
  }

  EvmConsentLedger consents() {
    return new EvmConsentLedger(
        client, new ConsentDomain(id(), contracts.consentRegistry()), address());
  }

  ContractDeployer deployer() {
    return new ContractDeployer(
        client, id(), key, FeePolicy.ofGwei(500), LIMIT, InstantSource.system());
  }

  /** Blocks by the clock and not by demand; 0 for on demand again. */
  void interval(int seconds) {
    orders.give("evm_setAutomine", seconds == 0);
    orders.give("evm_setIntervalMining", seconds);
  }

  void automine(boolean on) {
    orders.give("evm_setAutomine", on);
  }

  void mine() {
    orders.give("anvil_mine", "0x1");
  }

  /** The chain as it is now, to be set back to. */
  String snapshot() {
    return orders.give("evm_snapshot").asText();
  }

  /** All blocks since then are gone. */
  void setBack(String snapshot) {
    orders.give("evm_revert", snapshot);
  }

  void drop(String transaction) {
    orders.give("anvil_dropTransaction", transaction);
  }

  @Override
  public void close() {
    client.close();
    chain.close();
  }
}
