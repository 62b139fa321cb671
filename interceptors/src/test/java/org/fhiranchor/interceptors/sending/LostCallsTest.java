package org.fhiranchor.interceptors.sending;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.evm.EvmAccount;
import org.fhiranchor.ledger.sending.AccountSender;
import org.fhiranchor.ledger.sending.CallState;
import org.fhiranchor.ledger.sending.SendOutcome;
import org.fhiranchor.ledger.sending.SendingSettings;
import org.fhiranchor.ledger.sending.UnheardRevocations;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** TX-10: what was final, and what the ledger has lost. */
final class LostCallsTest extends QueueOnChain {
  @Test
  @DisplayName("TX-10 what was final and is gone with the chain's newest blocks is sent again")
  void sendsAgainWhatTheChainLost() {
    var early = patients.grant(1);
    add(early);
    settle();
    String before = shared.snapshot();
    var grant = patients.grant(2);
    var revocation = patients.revocation(1);
    add(grant);
    settle();
    add(revocation);
    settle();
    SignedTransaction bytes = bytes(newest(revocation));
    shared.setBack(before);
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.GRANTED);
    assertThat(onLedger(2)).isEqualTo(LedgerConsent.Status.NONE);

    assertThat(step()).as("the first look").isNotInstanceOf(SendOutcome.Idle.class);
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.REVOKED);
    assertThat(onLedger(2)).isEqualTo(LedgerConsent.Status.GRANTED);
    assertThat(bytes(newest(revocation))).as("once, whatever is lost").isEqualTo(bytes);
    assertThat(newest(early).tries()).isEqualTo(1);
  }

  @Test
  @DisplayName("TX-10 what the chain lost is sent again past the nonces that are gone with it")
  void sendsAgainBehindOtherLostNonces() {
    String before = shared.snapshot();
    EvmAccount stranger = shared.account();
    for (int i = 10; i < 13; i++) {
      long nonce = stranger.pendingNonce();
      stranger.send(stranger.sign(patients.grant(i), nonce, stranger.offer(CallKind.GRANT).fees()));
    }
    var revocation = patients.revocation(1);
    add(revocation);
    settle();
    shared.setBack(before);
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.REVOKED);
  }

  /** Final here, and gone from the ledger with its newest blocks. */
  private void lose(LedgerCall call) {
    String before = shared.snapshot();
    add(call);
    settle();
    shared.setBack(before);
  }

  /** Another call that this sender gives no nonce. */
  private void waits(LedgerCall call, AccountSender sender) {
    add(call);
    sender.step();
    assertThat(newest(call).isWaiting()).isTrue();
  }

  /** One that the ledger tells no consent's state. */
  private AccountSender unsure() {
    return unsure(new LedgerUnavailableException("no state"));
  }

  private AccountSender unsure(RuntimeException said) {
    return sender(
        shared.account(),
        call -> {
          throw said;
        });
  }

  @ParameterizedTest(name = "rejected: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("TX-10 while the ledger does not say what is lost, nobody takes a lost call's nonce")
  void givesOutNoNonceThatMayBeLost(boolean rejected) {
    var revocation = patients.revocation(1);
    lose(revocation);
    long nonce = newest(revocation).nonce().orElseThrow();
    var grant = patients.grant(2);
    waits(
        grant,
        unsure(
            rejected
                ? new LedgerRejectedException(Reason.INVALID, "missing trie node")
                : new LedgerUnavailableException("no state")));
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.REVOKED);
    assertThat(newest(revocation).nonce()).hasValue(nonce);
    assertThat(onLedger(2)).isEqualTo(LedgerConsent.Status.GRANTED);
  }

  @Test
  @DisplayName("TX-10 a ledger that never says what is lost holds up the others for a minute")
  void goesOnAfterAMinute() {
    lose(patients.revocation(1));
    var grant = patients.grant(2);
    AccountSender unsure = unsure();
    waits(grant, unsure);
    clock.advance(Duration.ofMinutes(1));
    unsure.step();
    assertThat(newest(grant).isWaiting()).isFalse();
  }

  @Test
  @DisplayName(
      "TX-10 where another contract is by now, no call of the one before holds anything up")
  void letsCallsOfAnotherContractBe() {
    lose(patients.revocation(1));
    var grant = patients.grant(2);
    add(grant);
    unsure(new LedgerRejectedException(Reason.REVERTED, "another contract")).step();
    assertThat(newest(grant).isWaiting()).isFalse();
    settle();
  }

  @Test
  @DisplayName("TX-10 a lost revocation whose nonce another call used meanwhile is sent again")
  void sendsAgainWhoseNonceIsUsed() {
    var revocation = patients.revocation(1);
    lose(revocation);
    clock.advance(SendingSettings.WITHOUT_EFFECT);
    var grant = patients.grant(2);
    add(grant);
    AccountSender sure = sender(shared.account(), call -> true);
    await().atMost(120, SECONDS).until(() -> sure.step() instanceof SendOutcome.Idle);
    assertThat(newest(grant).nonce()).isEqualTo(newest(revocation).nonce());
    UnheardRevocations unheard = new UnheardRevocations(node().queue, clock);
    ConsentKey key = revocation.consent().orElseThrow();
    unheard.accept(key);
    assertThat(newest(revocation).state()).as("a moment ago").isEqualTo(CallState.FINAL);
    clock.advance(Duration.ofMinutes(1));
    unheard.accept(key);
    step();
    clock.advance(SendingSettings.WITHOUT_EFFECT);
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.REVOKED);
    clock.advance(Duration.ofMinutes(1));
    unheard.accept(key);
    settle();
    assertThat(newest(revocation).tries()).as("a node's old answer alone").isEqualTo(2);
  }

  @Test
  @DisplayName("TX-10 a grant of what is revoked by now is not sent again")
  void sendsNoGrantOfWhatIsRevoked() {
    var grant = patients.grant(1);
    lose(grant);
    new JdbcTemplate(data)
        .update(
            "insert into consent_state (grantor, ledger_id, revoked, revision) select grantor,"
                + " ledger_id, true, 1 from ledger_call");
    assertThat(step()).isInstanceOf(SendOutcome.Idle.class);
    assertThat(newest(grant).state()).isEqualTo(CallState.FINAL);
  }

  @Test
  @DisplayName("TX-10 a node that answers from an older block has nothing sent twice")
  void sendsNothingTwiceForAnOlderAnswer() {
    var revocation = patients.revocation(1);
    add(revocation);
    settle();
    SignedTransaction bytes = bytes(newest(revocation));
    long used = bytes.nonce();
    try (LyingNode lying = new LyingNode(shared.chain.rpcUrl())) {
      lying.says("eth_getTransactionCount", "\"0x" + Long.toHexString(used) + "\"");
      sender(shared.account(lying.client), call -> false).step();
      assertThat(newest(revocation).state()).as("taken up again").isEqualTo(CallState.SIGNED);
    }
    settle();
    assertThat(bytes(newest(revocation))).isEqualTo(bytes);
    assertThat(shared.account().pendingNonce()).isEqualTo(used + 1);
  }
}
