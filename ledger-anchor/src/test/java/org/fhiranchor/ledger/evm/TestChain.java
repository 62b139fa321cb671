package org.fhiranchor.ledger.evm;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.Inclusion;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.embedded.AnvilSocket;
import org.fhiranchor.ledger.embedded.EmbeddedChain;

/** A real chain with our contracts on it, for one test class. */
public final class TestChain implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final EmbeddedChain chain;
  private final Mnemonic mnemonic;
  private final EvmClient client;
  private final EmbeddedContracts contracts;

  private TestChain(Path folder, EmbeddedChain chain, Mnemonic mnemonic) {
    this.folder = folder;
    this.chain = chain;
    this.mnemonic = mnemonic;
    this.client = EvmClient.connect(chain.rpcUrl(), LIMIT);
    this.contracts =
        EmbeddedContracts.prepare(client, chain.chainId(), mnemonic, LIMIT, InstantSource.system());
  }

  public static List<Path> roots() {
    return List.of(
        Path.of(System.getProperty("test.chain.root", System.getProperty("anchor.root", ".."))));
  }

  /** Starts a chain in the folder and deploys the contracts. */
  public static TestChain start(Path folder) {
    Mnemonic mnemonic = Mnemonic.loadOrCreate(folder.resolve("mnemonic"), new SecureRandom());
    List<Address> funded = mnemonic.accounts();
    Path chain = folder.resolve("chain");
    return new TestChain(
        chain, EmbeddedChain.start(EmbeddedChain.Settings.of(chain, roots(), funded)), mnemonic);
  }

  /** Deploys again what a chain lost. */
  public static EmbeddedContracts prepare(TestChain chain) {
    return EmbeddedContracts.prepare(
        chain.client, chain.chain.chainId(), chain.mnemonic, LIMIT, InstantSource.system());
  }

  public KeySigner signer() {
    return mnemonic.signer(0);
  }

  public KeySigner stranger() {
    return mnemonic.signer(7);
  }

  public FeePolicy fees() {
    return FeePolicy.ofGwei(500);
  }

  public ContractDeployer deployer() {
    return new ContractDeployer(
        client, chain.chainId(), signer(), fees(), LIMIT, InstantSource.system());
  }

  public EvmAnchorLedger anchorLedger() {
    return new EvmAnchorLedger(client, anchorContract(), signer().address());
  }

  /** Sends it and waits until it is mined: the node answers before that. */
  public Inclusion mined(SignedTransaction transaction) {
    account().send(transaction);
    return mined(transaction.hash());
  }

  public Inclusion mined(TransactionHash hash) {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> inclusion(hash), Optional::isPresent)
        .orElseThrow();
  }

  public EvmConsentLedger consentLedger() {
    ConsentDomain domain = new ConsentDomain(chain.chainId(), consentContract());
    return new EvmConsentLedger(client, domain, mnemonic.signer(Mnemonic.RELAYER).address());
  }

  /** The account that anchors. */
  public EvmAccount account() {
    return account(signer());
  }

  public EvmAccount account(KeySigner key) {
    return new EvmAccount(client, chain.chainId(), key, fees());
  }

  /** Ready to send, past any queue. */
  public SignedTransaction sign(AnchorCall call) {
    return sign(call, account().pendingNonce(), usual());
  }

  public SignedTransaction sign(AnchorCall call, long nonce, Fees fees) {
    return account().sign(anchorLedger().call(call), nonce, fees);
  }

  public Fees usual() {
    return account().offer(CallKind.ANCHOR).fees();
  }

  /** Sends what patients signed, past any queue; one at a time. */
  public synchronized TransactionHash relay(LedgerCall call) {
    EvmAccount relayer = account(mnemonic.signer(Mnemonic.RELAYER));
    SignedTransaction signed =
        relayer.sign(call, relayer.pendingNonce(), relayer.offer(call.kind()).fees());
    relayer.send(signed);
    return signed.hash();
  }

  public Optional<Inclusion> inclusion(TransactionHash hash) {
    return client.ask("eth_getTransactionReceipt", hash.toString()).map(Answers::inclusion);
  }

  public EmbeddedChain chain() {
    return chain;
  }

  public EvmClient client() {
    return client;
  }

  public Address anchorContract() {
    return contracts.anchorRegistry();
  }

  public Address consentContract() {
    return contracts.consentRegistry();
  }

  /** Any of anvil's own methods. */
  public JsonNode anvil(String method, Object... parameters) {
    ObjectNode question = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    question.put("method", method).set("params", JSON.valueToTree(parameters));
    try {
      JsonNode answer = JSON.readTree(AnvilSocket.in(folder).ask(question.toString()));
      if (!answer.has("result")) {
        throw new AssertionError(method + ": " + answer);
      }
      return answer.path("result");
    } catch (JsonProcessingException unreadable) {
      throw new AssertionError(method, unreadable);
    }
  }

  public void mine(int blocks) {
    anvil("anvil_mine", "0x" + Integer.toHexString(blocks));
  }

  public void automine(boolean on) {
    anvil("evm_setAutomine", on);
  }

  public void fund(Address account, BigInteger wei) {
    anvil("anvil_setBalance", account.hex(), "0x" + wei.toString(16));
  }

  @Override
  public void close() {
    client.close();
    chain.close();
  }
}
