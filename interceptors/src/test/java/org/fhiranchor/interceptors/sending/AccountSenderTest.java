package org.fhiranchor.interceptors.sending;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigInteger;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.fhiranchor.interceptors.log.anchoring.SenderLoop;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.evm.EvmAccount;
import org.fhiranchor.ledger.evm.FeePolicy;
import org.fhiranchor.ledger.sending.AccountSender;
import org.fhiranchor.ledger.sending.CallState;
import org.fhiranchor.ledger.sending.LedgerEffects;
import org.fhiranchor.ledger.sending.QueuedCall;
import org.fhiranchor.ledger.sending.SendOutcome;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** TX-7 to TX-9: one account's queue in SQL, on a real chain. */
final class AccountSenderTest extends QueueOnChain {
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  @Test
  @DisplayName("TX-7 gives each call a nonce of its own, and takes it through every state")
  void sendsWhatWaits() {
    var grant = patients.grant(1);
    var other = patients.grant(2);
    add(grant);
    add(other);
    add(grant);
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.GRANTED);
    assertThat(onLedger(2)).isEqualTo(LedgerConsent.Status.GRANTED);
    assertThat(newest(grant).state()).isEqualTo(CallState.FINAL);
    assertThat(newest(other).nonce()).contains(newest(grant).nonce().orElseThrow() + 1);
  }

  @Test
  @DisplayName("LOG-1 an Error does not end the thread that sends; its state names the Error")
  void goesOnSendingAfterAnError() throws InterruptedException {
    var errors = new AtomicInteger();
    var node = new Node(shared, data, DyingAccount.ofErrors(shared.account(), errors, 2), clock);
    var grant = patients.grant(40);
    SenderLoop loop = new SenderLoop(node.sender, "test");
    loop.start();
    try {
      add(grant);
      loop.wake();
      await()
          .atMost(120, SECONDS)
          .untilAsserted(
              () -> assertThat(loop.state().failure()).hasValue("java.lang.StackOverflowError"));
      assertThat(loop.state().running()).isTrue();
      await().atMost(120, SECONDS).until(() -> newest(grant).state() == CallState.FINAL);
      assertThat(errors).hasValue(2);
      assertThat(loop.state().failure()).isEmpty();
    } finally {
      loop.stop();
    }
  }

  @Test
  @DisplayName("TX-7 a revocation gets the next nonce before all grants that wait")
  void revokesFirst() {
    shared.automine(false);
    for (int i = 0; i < 20; i++) {
      add(patients.grant(i));
    }
    step();
    var revocation = patients.revocation(30);
    add(revocation);
    step();
    long highest =
        node().queue.unfinished().stream()
            .filter(call -> call.call().kind() == CallKind.GRANT)
            .flatMap(call -> call.nonce().stream())
            .max(Long::compare)
            .orElseThrow();
    assertThat(newest(revocation).nonce()).contains(highest + 1);
    assertThat(node().queue.unfinished().stream().filter(QueuedCall::isWaiting).count())
        .as("grants beyond the sixteen on their way")
        .isEqualTo(4);
    shared.mine();
    shared.automine(true);
    settle();
    assertThat(onLedger(30)).isEqualTo(LedgerConsent.Status.REVOKED);
    assertThat(onLedger(19)).isEqualTo(LedgerConsent.Status.GRANTED);
  }

  @Test
  @DisplayName("TX-7 what a revocation waits behind offers as much as it does: same call, dearer")
  void raisesWhatIsInFrontOfARevocation() {
    shared.automine(false);
    var grant = patients.grant(1);
    add(grant);
    step();
    SignedTransaction cheap = bytes(newest(grant));
    var revocation = patients.revocation(2);
    add(revocation);
    step();
    clock.advance(Node.STUCK);
    step();
    step();
    QueuedCall raised = newest(grant);
    Fees own = bytes(newest(revocation)).fees();
    assertThat(bytes(raised).nonce()).isEqualTo(cheap.nonce());
    assertThat(raised.call().data()).isEqualTo(grant.data());
    assertThat(bytes(raised).fees().maxFeePerGas()).isGreaterThanOrEqualTo(own.maxFeePerGas());
    assertThat(bytes(raised).fees().maxFeePerGas()).isGreaterThan(cheap.fees().maxFeePerGas());
    shared.mine();
    shared.automine(true);
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.GRANTED);
    assertThat(onLedger(2)).isEqualTo(LedgerConsent.Status.REVOKED);
  }

  @Test
  @DisplayName("TX-7 what the node dropped is sent again by whoever is next, same bytes")
  void sendsAgainWhatWasDropped() {
    shared.automine(false);
    var revocation = patients.revocation(1);
    add(revocation);
    step();
    SignedTransaction first = bytes(newest(revocation));
    shared.drop(first.hash().toString());
    step();
    assertThat(bytes(newest(revocation))).isEqualTo(first);
    shared.mine();
    shared.automine(true);
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.REVOKED);
  }

  @Test
  @DisplayName("TX-7 a revocation whose nonce a stranger used is sent with another one")
  void sendsAgainWhatAStrangerOvertook() {
    shared.automine(false);
    var revocation = patients.revocation(1);
    add(revocation);
    step();
    SignedTransaction ours = bytes(newest(revocation));
    shared.drop(ours.hash().toString());
    EvmAccount past = shared.account();
    past.send(past.sign(patients.grant(7), ours.nonce(), ours.fees()));
    shared.automine(true);
    shared.mine();
    step();
    clock.advance(Duration.ofSeconds(11));
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.REVOKED);
    assertThat(newest(revocation).tries()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"INVALID", "REVERTED"})
  @DisplayName("TX-7 a question about one call that the ledger rejects holds up no revocation")
  void revokesWhateverIsSaidOfAnotherCall(Reason reason) {
    shared.automine(false);
    var grant = patients.grant(1);
    add(grant);
    step();
    shared.mine();
    shared.automine(true);
    step();
    assertThat(newest(grant).state()).isEqualTo(CallState.MINED);
    var revocation = patients.revocation(2);
    add(revocation);
    LedgerEffects effects =
        call -> {
          if (call.kind() == CallKind.GRANT) {
            throw new LedgerRejectedException(reason, "missing trie node");
          }
          return false;
        };
    sender(shared.account(), effects).step();
    assertThat(newest(revocation).nonce()).isPresent();
    await().atMost(120, SECONDS).until(() -> onLedger(2) == LedgerConsent.Status.REVOKED);
    settle();
  }

  @Test
  @DisplayName("TX-7 a nonce that nobody holds is filled, so that what is behind it is mined")
  void fillsAGap() {
    shared.automine(false);
    var grant = patients.grant(1);
    add(grant);
    step();
    leaveAGap(2);
    step();
    shared.automine(true);
    clock.advance(Node.STUCK);
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.GRANTED);
  }

  @Test
  @DisplayName("TX-7 on a chain that was set up again the calls get new nonces")
  void startsAnewOnAnotherChain() {
    shared.automine(false);
    var grant = patients.grant(1);
    add(grant);
    step();
    long nonce = newest(grant).nonce().orElseThrow();
    leaveAGap(1_000);
    step();
    shared.automine(true);
    clock.advance(Node.STUCK);
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.GRANTED);
    assertThat(newest(grant).nonce()).contains(nonce);
  }

  /** As if the only call had been signed for a later nonce. */
  private void leaveAGap(int nonces) {
    String hash = bytesHash();
    new JdbcTemplate(data)
        .update(
            "update ledger_call set state = 'PLANNED', raw = null, nonce = nonce + ?,"
                + " open_nonce = open_nonce + ?, version = version + 1",
            nonces,
            nonces);
    shared.drop(hash);
  }

  /** Of the only transaction. */
  private String bytesHash() {
    byte[] hash =
        new JdbcTemplate(data)
            .queryForObject("select transaction_hash from ledger_call", byte[].class);
    return "0x" + HexFormat.of().formatHex(hash == null ? new byte[0] : hash);
  }

  @Test
  @DisplayName("TX-8 a node that says it is chain 1 changes nothing about what is signed")
  void signsForTheConfiguredChain() {
    try (LyingNode lying = new LyingNode(shared.chain.rpcUrl())) {
      lying.says("eth_chainId", "\"0x1\"");
      var grant = patients.grant(1);
      add(grant);
      new Node(shared, data, shared.account(lying.client), clock).sender.step();
      settle();
      assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.GRANTED);
      assertThat(newest(grant).tries()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("TX-8 bytes for another chain are replaced at their nonce, and do not stay for ever")
  void signsAnewWhatIsRefusedForItsBytes() {
    shared.automine(false);
    var grant = patients.grant(1);
    add(grant);
    EvmAccount wrong =
        new EvmAccount(shared.client, new ChainId(1), shared.key, FeePolicy.ofGwei(500));
    assertThat(new Node(shared, data, wrong, clock).sender.step())
        .isInstanceOf(SendOutcome.Refused.class);
    long nonce = newest(grant).nonce().orElseThrow();
    step();
    assertThat(newest(grant).nonce()).contains(nonce);
    shared.automine(true);
    shared.mine();
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.GRANTED);
  }

  @Test
  @DisplayName("TX-9 a node that proposes a tip of 50,000 gwei is not believed")
  void doesNotPayAnAbsurdTip() {
    try (LyingNode lying = new LyingNode(shared.chain.rpcUrl())) {
      lying.says("eth_maxPriorityFeePerGas", "\"0x2d79883d2000\"");
      Fees fees = shared.account(lying.client).offer(CallKind.ANCHOR).fees();
      assertThat(fees.maxPriorityFeePerGas()).isLessThanOrEqualTo(GWEI.multiply(big(20)));
      assertThat(fees.maxFeePerGas()).isLessThanOrEqualTo(GWEI.multiply(big(50)));
      Fees urgent = shared.account(lying.client).offer(CallKind.REVOCATION).fees();
      assertThat(urgent.maxPriorityFeePerGas()).isLessThanOrEqualTo(GWEI.multiply(big(80)));
    }
  }

  @Test
  @DisplayName("TX-9 past the day's budget grants wait, and revocations do not")
  void keepsToTheBudget() {
    var grant = patients.grant(1);
    var revocation = patients.revocation(2);
    add(grant);
    add(revocation);
    Node poor = new Node(shared, data, shared.account(), clock, BigInteger.ZERO);
    assertThat(poor.sender.step()).isInstanceOf(SendOutcome.OverBudget.class);
    await().atMost(120, SECONDS).until(() -> onLedger(2) == LedgerConsent.Status.REVOKED);
    assertThat(newest(grant).isWaiting()).isTrue();
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.GRANTED);
  }

  @Test
  @DisplayName("TX-9 a call that is sent again with more gas stays within its cap")
  void keepsToTheGasOfARelayedCall() {
    var grant = patients.grant(1);
    var revocation = patients.revocation(2);
    add(grant);
    add(revocation);
    AccountSender without = sender(shared.account(), call -> false);
    await()
        .atMost(120, SECONDS)
        .until(
            () -> {
              without.step();
              clock.advance(Duration.ofSeconds(3));
              return newest(grant).tries() > 2 && newest(revocation).tries() > 4;
            });
    assertThat(newest(grant).call().gas()).isEqualTo(500_000);
    assertThat(newest(revocation).call().gas())
        .isGreaterThan(revocation.gas())
        .isLessThanOrEqualTo(500_000);
    settle();
  }

  private static BigInteger big(long value) {
    return BigInteger.valueOf(value);
  }

  @Test
  @DisplayName("TX-7 two stores on one database never give the same nonce to two calls")
  void numbersUnderTheLock() {
    shared.automine(false);
    for (int i = 0; i < 12; i++) {
      add(patients.grant(i));
    }
    List<Node> nodes = List.of(node(), node(), node());
    nodes.parallelStream().forEach(node -> node.sender.step());
    List<Long> nonces =
        node().queue.unfinished().stream().flatMap(call -> call.nonce().stream()).toList();
    assertThat(nonces).hasSize(12).doesNotHaveDuplicates();
    shared.mine();
    shared.automine(true);
    settle();
    assertThat(onLedger(11)).isEqualTo(LedgerConsent.Status.GRANTED);
  }
}
