package org.fhiranchor.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.WalletUtils;

final class SignersTest {
  private static final String PASSWORD = "correct horse";
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @TempDir static Path folder;
  static TestChain chain;

  private final ECKeyPair key =
      ECKeyPair.create(
          new BigInteger(1, Digest.sha256("signer".getBytes(StandardCharsets.UTF_8)).bytes()));
  private final Address address = Address.parse(Credentials.create(key).getAddress());
  private HttpServer server;

  @BeforeAll
  static void start() {
    chain = TestChain.start(folder);
  }

  @AfterAll
  static void stop() {
    chain.close();
  }

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void hangUp() {
    server.stop(0);
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** What Web3Signer does: lists its keys, signs Keccak-256 of the data with one of them. */
  private void serveKeys() {
    String publicKey = "0x%0128x".formatted(key.getPublicKey());
    String other = "0x" + "01".repeat(64);
    server.createContext(
        "/api/v1/eth1/publicKeys",
        exchange -> answer(exchange, 200, "[\"" + other + "\",\"" + publicKey + "\"]"));
    server.createContext(
        "/api/v1/eth1/sign/" + publicKey,
        exchange -> {
          byte[] request = exchange.getRequestBody().readAllBytes();
          String data = new ObjectMapper().readTree(request).path("data").asText();
          answer(exchange, 200, new KeySigner(key).sign(Bytes.fromHex(data)).hex());
        });
  }

  @Test
  void anchorsWithAKeyThatAnotherProcessKeeps() {
    serveKeys();
    chain.fund(address, BigInteger.TEN.pow(18));
    Web3Signer signer = new Web3Signer(url(), address, LIMIT);
    ContractDeployer deployer =
        new ContractDeployer(
            chain.client(),
            chain.chain().chainId(),
            signer,
            chain.fees(),
            LIMIT,
            InstantSource.system());
    LogId log = deployer.register(chain.anchorContract(), TestTree.key("remote.test"));
    EvmAnchorLedger ledger =
        new EvmAnchorLedger(chain.client(), chain.anchorContract(), signer.address());
    EvmAccount account =
        new EvmAccount(chain.client(), chain.chain().chainId(), signer, chain.fees());
    SignedTransaction anchor =
        account.sign(
            ledger.call(new TestTree(1, 8).call(log, 0, 5)), account.pendingNonce(), chain.usual());
    assertThat(chain.mined(anchor).succeeded()).isTrue();
    assertThat(ledger.owner(log)).contains(address);
  }

  @Test
  void saysThatTheSignerHasNoSuchKey() {
    serveKeys();
    Web3Signer signer = new Web3Signer(url(), Address.ZERO, LIMIT);
    assertThatThrownBy(() -> signer.sign(Bytes.EMPTY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no key for " + Address.ZERO);
  }

  @Test
  void isUnavailableWhenTheSignerFails() {
    server.createContext("/", exchange -> answer(exchange, 503, "busy"));
    Web3Signer signer = new Web3Signer(url(), address, LIMIT);
    assertThatThrownBy(() -> signer.sign(Bytes.EMPTY))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageContaining("want status 200, got 503");
  }

  @Test
  void refusesASignatureByAnotherKey() {
    TransactionSigner mixedUp =
        new TransactionSigner() {
          @Override
          public Address address() {
            return chain.signer().address();
          }

          @Override
          public Bytes sign(Bytes payload) {
            return new KeySigner(key).sign(payload);
          }
        };
    EvmAccount account =
        new EvmAccount(chain.client(), chain.chain().chainId(), mixedUp, chain.fees());
    LogId log = chain.deployer().register(chain.anchorContract(), TestTree.key("mixed.test"));
    LedgerCall call = chain.anchorLedger().call(new TestTree(1, 8).call(log, 0, 5));
    assertThatThrownBy(() -> account.sign(call, 0, chain.usual()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("want a signature by");
  }

  private Path keystore(Path where) throws Exception {
    return where.resolve(WalletUtils.generateWalletFile(PASSWORD, key, where.toFile(), false));
  }

  @Test
  void readsAKeystoreFileAndNamesWhatIsWrongWithOne(@TempDir Path where) throws Exception {
    Path file = keystore(where);
    assertThat(KeySigner.fromKeystore(file, PASSWORD).address()).isEqualTo(address);
    assertThatThrownBy(() -> KeySigner.fromKeystore(file, "wrong"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString());
    Path text = Files.writeString(where.resolve("text"), "not a key");
    assertThatThrownBy(() -> KeySigner.fromKeystore(text, PASSWORD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("want a readable Web3 keystore");
  }

  @Test
  void deploysFromTheCommandLineAndPrintsTheSettings(@TempDir Path where) throws Exception {
    chain.fund(address, BigInteger.TEN.pow(19));
    String rpc = chain.chain().rpcUrl().toString();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    DeployContracts tool =
        new DeployContracts(
            Map.of("ANCHOR_KEY_PASSWORD", PASSWORD), new PrintStream(out), new PrintStream(err));
    int status =
        tool.run(List.of("--rpc", rpc, "--key-file", keystore(where).toString(), "--wait", "20"));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(status).isZero();
    String printed = out.toString(StandardCharsets.UTF_8);
    assertThat(printed).contains("rpc-url: " + rpc, "chain-id: 31337").doesNotContain(PASSWORD);
    String contract = printed.replaceAll("(?s).*anchor-contract: \"(0x[0-9a-f]{40})\".*", "$1");
    assertThat(chain.deployer().hasCode(Address.parse(contract))).isTrue();
  }

  @Test
  void saysHowToUseTheCommandLineAndWhyItFailed(@TempDir Path where) throws Exception {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    DeployContracts tool =
        new DeployContracts(
            Map.of("ANCHOR_KEY_PASSWORD", "wrong"), new PrintStream(err), new PrintStream(err));
    assertThat(tool.run(List.of())).isEqualTo(2);
    assertThat(tool.run(List.of("--rpc"))).isEqualTo(2);
    assertThat(tool.run(List.of("--unknown", "x"))).isEqualTo(2);
    String file = keystore(where).toString();
    assertThat(tool.run(List.of("--rpc", "http://127.0.0.1:1", "--key-file", file))).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("usage:", "not deployed: key file");
  }

  @Test
  void makesAMnemonicOnceThatOnlyItsOwnerReads(@TempDir Path where) throws IOException {
    Path file = where.resolve("ledger").resolve("mnemonic");
    Mnemonic first = Mnemonic.loadOrCreate(file, new SecureRandom());
    Mnemonic again = Mnemonic.loadOrCreate(file, new SecureRandom());
    assertThat(again.accounts()).isEqualTo(first.accounts()).doesNotHaveDuplicates().hasSize(3);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void refusesAMnemonicThatOthersReadOrThatDoesNotAddUp(@TempDir Path where) throws IOException {
    Path file = where.resolve("mnemonic");
    Mnemonic.loadOrCreate(file, new SecureRandom());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> Mnemonic.loadOrCreate(file, new SecureRandom()))
        .hasMessageContaining("want mode rw-------, got rw-r--r--");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "abandon ".repeat(12));
    assertThatThrownBy(() -> Mnemonic.loadOrCreate(file, new SecureRandom()))
        .hasMessageContaining("BIP-39")
        .hasMessageNotContaining("abandon");
  }

  /** The public example of BIP-39 and BIP-44, known to every wallet. */
  @Test
  void derivesTheAddressThatEveryWalletDerives(@TempDir Path where) throws IOException {
    Path file = where.resolve("mnemonic");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, "test test test test test test test test test test test junk\n");
    assertThat(Mnemonic.loadOrCreate(file, new SecureRandom()).signer(0).address())
        .isEqualTo(Address.parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"));
  }
}
