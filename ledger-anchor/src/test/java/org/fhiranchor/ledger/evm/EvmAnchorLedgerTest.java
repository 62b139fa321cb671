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
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.CallKind;
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
    return chain.sign(call);
  }

  @Test
  void saysWhichChainAndWhoPays() {
    assertThat(chain.account().chain()).isEqualTo(new ChainId(31337));
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

    Inclusion inclusion = chain.inclusion(second.hash()).orElseThrow();
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
    BlockRef before = ledger.latest().ref();
    assertThat(ledger.evidence(anchor.hash(), before)).isEmpty();
    BlockRef block = chain.mined(anchor).block();
    assertThat(ledger.evidence(anchor.hash(), before)).as("another block").isEmpty();
    assertThat(ledger.evidence(anchor.hash(), block))
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
        new EvmAnchorLedger(chain.client(), chain.anchorContract(), chain.stranger().address());
    assertThatThrownBy(() -> strange.call(TREE.call(log, 0, 5)))
        .hasMessageContaining("NotOwner(caller=" + strange.sender());
  }

  @Test
  void takesTheSameBytesTwiceWhileTheyWait() {
    LogId log = register("again.test");
    SignedTransaction anchor = signed(TREE.call(log, 0, 5));
    chain.automine(false);
    try {
      chain.account().send(anchor);
      chain.account().send(anchor);
      assertThat(chain.inclusion(anchor.hash())).isEmpty();
    } finally {
      chain.automine(true);
    }
    chain.mine(1);
    assertThat(chain.inclusion(anchor.hash())).isPresent();
    assertThatThrownBy(() -> chain.account().send(anchor))
        .isInstanceOfSatisfying(
            LedgerRejectedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.NONCE_TOO_LOW));
  }

  @Test
  void saysThatAReplacementMustOfferMore() {
    LogId log = register("replace.test");
    AnchorCall call = TREE.call(log, 0, 5);
    long nonce = chain.account().pendingNonce();
    Fees fees = chain.usual();
    chain.automine(false);
    try {
      chain.account().send(chain.sign(call, nonce, fees));
      SignedTransaction tooCheap = chain.sign(TREE.call(log, 0, 6), nonce, fees);
      assertThatThrownBy(() -> chain.account().send(tooCheap))
          .isInstanceOfSatisfying(
              LedgerRejectedException.class,
              refused -> assertThat(refused.reason()).isEqualTo(Reason.UNDERPRICED));
      SignedTransaction enough = chain.sign(call, nonce, fees.replacement(fees));
      chain.account().send(enough);
      chain.mine(1);
      assertThat(chain.inclusion(enough.hash())).isPresent();
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
              chain.client(),
              chain.chain().chainId(),
              signer,
              chain.fees(),
              Duration.ofSeconds(10),
              InstantSource.system());
      LogId log = deployer.register(chain.anchorContract(), TestTree.key("poor.test"));
      EvmAnchorLedger ledger =
          new EvmAnchorLedger(chain.client(), chain.anchorContract(), signer.address());
      EvmAccount account = chain.account(signer);
      SignedTransaction anchor =
          account.sign(ledger.call(TREE.call(log, 0, 5)), account.pendingNonce(), chain.usual());
      chain.fund(signer.address(), BigInteger.ONE);
      account.send(anchor);
    }
  }

  @Test
  void neverOffersMoreThanTheCap() {
    EvmAccount thrifty =
        new EvmAccount(
            chain.client(),
            chain.chain().chainId(),
            chain.signer(),
            new FeePolicy(BigInteger.valueOf(7), BigInteger.valueOf(9)));
    assertThat(thrifty.offer(CallKind.REVOCATION).fees().maxFeePerGas()).isEqualTo(9);
    assertThat(thrifty.offer(CallKind.ANCHOR).fees())
        .isEqualTo(new Fees(BigInteger.valueOf(7), BigInteger.valueOf(7)));
  }

  @Test
  void isUnavailableWhenNobodyListens() {
    try (EvmClient nobody =
        EvmClient.connect(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(2))) {
      EvmAnchorLedger away =
          new EvmAnchorLedger(nobody, chain.anchorContract(), chain.signer().address());
      assertThatThrownBy(away::latest)
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContaining("eth_getBlockByNumber");
    }
  }

  @Test
  void isUnavailableWhenTheAnswerIsTooLarge() {
    try (EvmClient bounded =
        EvmClient.connect(chain.chain().rpcUrl(), Duration.ofSeconds(5), 200)) {
      assertThat(bounded.chainId().value()).isEqualTo(31337);
      assertThatThrownBy(() -> new EvmBlocks(bounded).latest())
          .isInstanceOf(LedgerUnavailableException.class);
    }
  }

  @Test
  void callsAnAnswerOfTheWrongLengthNoAnswer() {
    EvmAnchorLedger noContract =
        new EvmAnchorLedger(chain.client(), chain.stranger().address(), chain.signer().address());
    LogId log = ContractDeployer.logId(chain.signer().address(), TestTree.key("any.test"));
    assertThatThrownBy(() -> noContract.head(log))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageContaining("want 128 bytes, got 0");
  }
}
