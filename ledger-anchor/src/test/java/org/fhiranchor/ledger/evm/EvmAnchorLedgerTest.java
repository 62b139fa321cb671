package org.fhiranchor.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.Inclusion;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.merkle.TreeSize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvmAnchorLedgerTest {
  @TempDir static Path folder;
  static TestChain chain;
  static final TestTree TREE = new TestTree(20261122, 64);

  static EvmAnchorLedger ledger;

  @BeforeAll
  static void start() {
    chain = TestChain.start(folder);
    ledger = chain.anchorLedger();
  }

  @AfterAll
  static void stop() {
    chain.close();
  }

  private static LogId register(String origin) {
    return chain.deployer().register(chain.anchorContract(), TestTree.key(origin));
  }

  private SignedTransaction signed(AnchorCall call) {
    return ledger.sign(call, ledger.nextNonce(), ledger.fees());
  }

  @Test
  void saysWhichChainAndWhoPays() {
    assertThat(ledger.chainId()).isEqualTo(new ChainId(31337));
    assertThat(ledger.sender()).isEqualTo(chain.signer().address());
  }

  @Test
  void hasNoHeadAndNoOwnerForALogThatNobodyRegistered() {
    LogId unknown = ContractDeployer.logId(chain.signer().address(), TestTree.key("unknown.test"));
    assertThat(ledger.head(unknown)).isEmpty();
    assertThat(ledger.owner(unknown)).isEmpty();
  }

  @Test
  void registersALogOnceUnderTheNameThatItsOwnerOriginAndKeyMake() {
    LogId first = register("once.test");
    LogId second = register("once.test");
    assertThat(first).isEqualTo(second);
    assertThat(ledger.owner(first)).contains(ledger.sender());
    assertThat(ledger.head(first)).isEmpty();
  }

  @Test
  void anchorsTwoHeadsOfWhichTheSecondExtendsTheFirst() {
    LogId log = register("two.test");
    chain.mined(signed(TREE.call(log, 0, 5)));
    SignedTransaction second = signed(TREE.call(log, 5, 37));
    chain.mined(second);

    Inclusion inclusion = ledger.inclusion(second.hash()).orElseThrow();
    LedgerHead head = ledger.head(log).orElseThrow();
    assertThat(inclusion.succeeded()).isTrue();
    assertThat(head.size()).isEqualTo(new TreeSize(37));
    assertThat(head.root()).isEqualTo(TREE.root(37));
    assertThat(head.blockNumber()).isEqualTo(inclusion.block().number());
    Block block = ledger.block(inclusion.block().number()).orElseThrow();
    assertThat(block.ref()).isEqualTo(inclusion.block());
    assertThat(head.time()).isEqualTo(block.time());
    assertThat(ledger.latest().number()).isGreaterThanOrEqualTo(block.number());
    assertThat(ledger.block(ledger.latest().number() + 1)).isEmpty();
    assertThat(ledger.finalized()).isPresent();
  }

  @Test
  void keepsTheHeaderAndTheReceiptAsEvidence() {
    LogId log = register("evidence.test");
    SignedTransaction anchor = signed(TREE.call(log, 0, 3));
    assertThat(ledger.evidence(anchor.hash())).isEmpty();
    chain.mined(anchor);
    assertThat(ledger.evidence(anchor.hash()))
        .hasValueSatisfying(
            evidence -> {
              assertThat(evidence.blockHeader()).contains("receiptsRoot", "parentHash");
              assertThat(evidence.blockHeader()).doesNotContain("\"transactions\":");
              assertThat(evidence.receipt()).contains(anchor.hash().toString(), "logs");
            });
  }

  @Test
  void namesTheContractsErrorWhenAHeadIsStale() {
    LogId log = register("stale.test");
    chain.mined(signed(TREE.call(log, 0, 5)));
    assertThatThrownBy(() -> signed(TREE.call(log, 4, 6)))
        .isInstanceOfSatisfying(
            LedgerRejectedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.REVERTED))
        .hasMessageContaining("StaleHead(currentSize=5)");
  }

  @Test
  void refusesARewrittenLog() {
    LogId log = register("rewritten.test");
    chain.mined(signed(TREE.call(log, 0, 5)));
    AnchorCall rewritten = new TestTree(666, 64).call(log, 5, 9);
    assertThatThrownBy(() -> signed(rewritten)).hasMessageContaining("OldRootMismatch");
  }

  @Test
  void namesTheOwnerWhenAnotherAccountAnchors() {
    LogId log = register("owned.test");
    EvmAnchorLedger strange =
        new EvmAnchorLedger(chain.client(), chain.anchorContract(), chain.stranger(), chain.fees());
    assertThatThrownBy(() -> strange.sign(TREE.call(log, 0, 5), 0, strange.fees()))
        .hasMessageContaining("NotOwner(caller=" + strange.sender());
  }

  @Test
  void takesTheSameBytesTwiceWhileTheyWait() {
    LogId log = register("again.test");
    SignedTransaction anchor = signed(TREE.call(log, 0, 5));
    chain.automine(false);
    try {
      ledger.send(anchor);
      ledger.send(anchor);
      assertThat(ledger.inclusion(anchor.hash())).isEmpty();
    } finally {
      chain.automine(true);
    }
    chain.mine(1);
    assertThat(ledger.inclusion(anchor.hash())).isPresent();
    assertThatThrownBy(() -> ledger.send(anchor))
        .isInstanceOfSatisfying(
            LedgerRejectedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.NONCE_TOO_LOW));
  }

  @Test
  void saysThatAReplacementMustOfferMore() {
    LogId log = register("replace.test");
    AnchorCall call = TREE.call(log, 0, 5);
    long nonce = ledger.nextNonce();
    Fees fees = ledger.fees();
    chain.automine(false);
    try {
      ledger.send(ledger.sign(call, nonce, fees));
      SignedTransaction tooCheap = ledger.sign(TREE.call(log, 0, 6), nonce, fees);
      assertThatThrownBy(() -> ledger.send(tooCheap))
          .isInstanceOfSatisfying(
              LedgerRejectedException.class,
              refused -> assertThat(refused.reason()).isEqualTo(Reason.UNDERPRICED));
      SignedTransaction enough = ledger.sign(call, nonce, fees.replacement(fees));
      ledger.send(enough);
      chain.mine(1);
      assertThat(ledger.inclusion(enough.hash())).isPresent();
    } finally {
      chain.automine(true);
    }
  }

  @Test
  void saysThatAnAccountCannotPay() {
    KeySignerFunds poor = new KeySignerFunds();
    assertThatThrownBy(poor::anchor)
        .isInstanceOfSatisfying(
            LedgerRejectedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.INSUFFICIENT_FUNDS));
  }

  /** An account that could register a log and then ran dry. */
  private static final class KeySignerFunds {
    private void anchor() {
      KeySigner signer = chain.stranger();
      chain.fund(signer.address(), BigInteger.TEN.pow(18));
      ContractDeployer deployer =
          new ContractDeployer(
              chain.client(), signer, chain.fees(), Duration.ofSeconds(10), InstantSource.system());
      LogId log = deployer.register(chain.anchorContract(), TestTree.key("poor.test"));
      EvmAnchorLedger ledger =
          new EvmAnchorLedger(chain.client(), chain.anchorContract(), signer, chain.fees());
      SignedTransaction anchor =
          ledger.sign(TREE.call(log, 0, 5), ledger.nextNonce(), ledger.fees());
      chain.fund(signer.address(), BigInteger.ONE);
      ledger.send(anchor);
    }
  }

  @Test
  void neverOffersMoreThanTheCap() {
    EvmAnchorLedger thrifty =
        new EvmAnchorLedger(
            chain.client(),
            chain.anchorContract(),
            chain.signer(),
            new FeePolicy(BigInteger.valueOf(7)));
    assertThat(thrifty.fees()).isEqualTo(new Fees(BigInteger.valueOf(7), BigInteger.valueOf(7)));
  }

  @Test
  void isUnavailableWhenNobodyListens() {
    try (EvmClient nobody =
        EvmClient.connect(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(2))) {
      EvmAnchorLedger away =
          new EvmAnchorLedger(nobody, chain.anchorContract(), chain.signer(), chain.fees());
      assertThatThrownBy(away::latest)
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContaining("eth_getBlockByNumber");
    }
  }

  @Test
  void isUnavailableWhenTheAnswerIsTooLarge() {
    try (EvmClient bounded =
        EvmClient.connect(chain.chain().rpcUrl(), Duration.ofSeconds(5), 200)) {
      assertThat(new EvmAccount(bounded, chain.signer(), chain.fees()).chainId().value())
          .isEqualTo(31337);
      assertThatThrownBy(() -> new EvmBlocks(bounded).latest())
          .isInstanceOf(LedgerUnavailableException.class);
    }
  }

  @Test
  void callsAnAnswerOfTheWrongLengthNoAnswer() {
    EvmAnchorLedger noContract =
        new EvmAnchorLedger(
            chain.client(), chain.stranger().address(), chain.signer(), chain.fees());
    LogId log = ContractDeployer.logId(chain.signer().address(), TestTree.key("any.test"));
    assertThatThrownBy(() -> noContract.head(log))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageContaining("want 128 bytes, got 0");
  }
}
