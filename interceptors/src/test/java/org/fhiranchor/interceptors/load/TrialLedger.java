package org.fhiranchor.interceptors.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.consent.following.FaultyNode;
import org.fhiranchor.interceptors.testing.ChainOrders;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.embedded.EmbeddedChain;
import org.fhiranchor.ledger.evm.EmbeddedContracts;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.evm.EvmConsentLedger;
import org.fhiranchor.ledger.evm.Mnemonic;
import org.fhiranchor.ledger.secret.SecretFile;
import org.fhiranchor.merkle.LogSigningKey;
import org.web3j.crypto.exception.CipherException;

/**
 * A chain that makes a block a second, our contracts on it, and a proxy in front of it, which is
 * all that the nodes under test know.
 */
public final class TrialLedger implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final long MOST_BLOCKS = 5_000;
  private static final String ORIGIN = "example.org/trial";

  private final Path folder;
  private final EmbeddedChain chain;
  private final EvmClient client;
  private final EmbeddedContracts contracts;
  final FaultyNode proxy;
  final EvmConsentLedger consents;

  private TrialLedger(Path folder, Mnemonic mnemonic) {
    this.folder = folder;
    chain =
        EmbeddedChain.start(
            EmbeddedChain.Settings.of(
                folder.resolve("chain"),
                List.of(
                    Path.of(
                        System.getProperty(
                            "test.chain.root", System.getProperty("anchor.root", "..")))),
                mnemonic.accounts()));
    client = EvmClient.connect(chain.rpcUrl(), LIMIT);
    contracts =
        EmbeddedContracts.prepare(client, chain.chainId(), mnemonic, LIMIT, InstantSource.system());
    proxy = FaultyNode.before(chain.rpcUrl());
    consents =
        new EvmConsentLedger(
            client,
            new ConsentDomain(chain.chainId(), contracts.consentRegistry()),
            mnemonic.signer(Mnemonic.ANCHORER).address());
    ChainOrders orders = new ChainOrders(folder.resolve("chain"));
    orders.give("evm_setAutomine", false);
    orders.give("evm_setIntervalMining", 1);
  }

  /** Its files are in this folder. */
  public static TrialLedger start(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new TrialLedger(
        folder, Mnemonic.loadOrCreate(folder.resolve("mnemonic"), new SecureRandom()));
  }

  /** Of a node that anchors and relays with one account, and asks the proxy. */
  List<String> settings() throws IOException, CipherException {
    List<String> settings = new ArrayList<>(network(proxy.url().toString()));
    settings.addAll(account("", Mnemonic.ANCHORER));
    return settings;
  }

  /** The same of a server with keys of its own in this folder, which asks these nodes. */
  public String[] settings(Path data, FaultyNode... nodes) throws IOException, CipherException {
    new SecretFile("log", Files.createDirectories(data).resolve("log.key"))
        .create(LogSigningKey.generate(ORIGIN, new SecureRandom()).encode());
    new SecretFile("custody", data.resolve("custody-key")).replace("5c".repeat(32));
    List<String> settings =
        new ArrayList<>(
            network(
                Stream.of(nodes)
                    .map(node -> node.url().toString())
                    .collect(Collectors.joining(","))));
    settings.addAll(account("", Mnemonic.ANCHORER));
    settings.add("--anchor.log.origin=" + ORIGIN);
    settings.add("--anchor.log.signing-key=" + data.resolve("log.key"));
    settings.add("--anchor.consent.custody-key=" + data.resolve("custody-key"));
    return settings.toArray(String[]::new);
  }

  /** One more node of the same chain. */
  public FaultyNode another() {
    return FaultyNode.before(chain.rpcUrl());
  }

  /** Beside that: an account of its own for what patients sign. */
  List<String> relaying() throws IOException, CipherException {
    return account("relay-", Mnemonic.RELAYER);
  }

  private List<String> network(String urls) {
    return List.of(
        "--anchor.ledger.mode=rpc",
        "--anchor.ledger.rpc-url=" + urls,
        "--anchor.ledger.finality=latest",
        "--anchor.ledger.daily-budget=2000000000gwei",
        "--anchor.ledger.chain-id=" + chain.chainId().value(),
        "--anchor.ledger.anchor-contract=" + contracts.anchorRegistry(),
        "--anchor.ledger.consent-contract=" + contracts.consentRegistry());
  }

  private List<String> account(String prefix, int number) throws IOException, CipherException {
    Path keystore = folder.resolve("keystore-" + number);
    if (Files.notExists(keystore)) {
      SecondNode.keystore(folder.resolve("mnemonic"), number, keystore);
    }
    Path password = SecondNode.password(folder.resolve("password"));
    return List.of(
        "--anchor.ledger." + prefix + "key-file=" + keystore,
        "--anchor.ledger." + prefix + "key-password-file=" + password);
  }

  /** What stands between the nodes under test and the chain. */
  public FaultyNode proxy() {
    return proxy;
  }

  /** What the chain itself says. */
  public EvmConsentLedger consents() {
    return consents;
  }

  long block() {
    return consents.latest().number();
  }

  /** What the registry has from this block on. */
  <T extends ConsentChange> List<T> events(long from, Class<T> kind) {
    return consents.changes(from, Math.min(block(), from + MOST_BLOCKS)).stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  /** Who paid for the transaction, and whether the contract did what it asks. */
  record Paid(String by, boolean done) {}

  Paid paid(byte[] transaction) {
    String hash = "0x" + java.util.HexFormat.of().formatHex(transaction);
    var receipt = proxy.direct("eth_getTransactionReceipt", hash);
    return new Paid(receipt.path("from").asText(), receipt.path("status").asText().equals("0x1"));
  }

  @Override
  public void close() {
    proxy.close();
    client.close();
    chain.close();
  }
}
