package org.fhiranchor.interceptors.sending;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.sending.CallState;
import org.fhiranchor.ledger.sending.QueuedCall;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** TX-7: revocations whose signature ends before the ledger has them. */
final class SignatureEndsTest extends QueueOnChain {
  @Test
  @DisplayName("TX-7 says so when a revocation's signature ended before the ledger had it")
  void saysThatASignatureEnded() {
    var revocation = patients.revocation(1, 5);
    add(revocation);
    clock.advance(Duration.ofSeconds(6));
    step();
    assertThat(newest(revocation).state()).isEqualTo(CallState.EXPIRED);
    assertThat(node().queue.counts().expired()).isEqualTo(1);
  }

  @Test
  @DisplayName("TX-7 a fresh signature of a revocation is not lost when the first one ends")
  void keepsTheLaterSignature() {
    add(patients.revocation(1, 5));
    var fresh = patients.revocation(1, 3_600);
    add(fresh);
    clock.advance(Duration.ofSeconds(6));
    settle();
    assertThat(newest(fresh).state()).isEqualTo(CallState.FINAL);
    assertThat(newest(fresh).call().data()).isEqualTo(fresh.data());
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.REVOKED);
  }

  @Test
  @DisplayName(
      "TX-7 what is on its way is signed anew at its nonce for a signature that ends later")
  void signsTheLaterSignature() {
    shared.automine(false);
    var first = patients.revocation(1, 600);
    add(first);
    step();
    QueuedCall sent = newest(first);
    add(patients.revocation(1, 630));
    assertThat(newest(first)).as("not worth it").isEqualTo(sent);
    var fresh = patients.revocation(1, 3_600);
    add(fresh);
    step();
    step();
    assertThat(newest(fresh).nonce()).isEqualTo(sent.nonce());
    assertThat(bytes(newest(fresh))).isNotEqualTo(bytes(sent));
    shared.automine(true);
    shared.mine();
    settle();
    assertThat(onLedger(1)).isEqualTo(LedgerConsent.Status.REVOKED);
    assertThat(newest(fresh).tries()).isEqualTo(1);
  }
}
