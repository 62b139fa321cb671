package org.fhiranchor.ledger.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.grant;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.key;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.revoke;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.anchoring.MutableClock;
import org.fhiranchor.ledger.consent.MemoryConsentStateStore.Fault;
import org.fhiranchor.ledger.consent.MemoryConsentStateStore.StoreFailed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Revocations in the newest blocks, far above the one that is read next. */
final class RecentRevocationsTest {
  private static final int FAR = 400;

  private final FakeConsentLedger ledger = new FakeConsentLedger("main");
  private final MemoryConsentStateStore store = new MemoryConsentStateStore();
  private final ConsentFollower follower =
      new ConsentFollower(
          ledger,
          store,
          new FollowSettings(
              new Finality.Confirmations(2), Optional.of(0L), 1, 1, FollowSettings.Pace.ON_DEMAND),
          new MutableClock());

  @BeforeEach
  void farBehind() {
    ledger.mine(grant(1), grant(2));
    while (!(follower.step() instanceof FollowOutcome.CaughtUp)) {
      assertThat(follower.trouble()).isEmpty();
    }
    mine(FAR);
  }

  private void mine(int blocks) {
    for (int i = 0; i < blocks; i++) {
      ledger.mine();
    }
  }

  private void heard(FollowOutcome outcome, int consent) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            FollowOutcome.Behind.class,
            behind ->
                assertThat(behind.changes())
                    .extracting(ConsentChange::key)
                    .containsExactly(key(consent)));
    assertThat(store.find(key(consent)).filter(ConsentRecord::revoked)).isPresent();
  }

  private void nothingMoreIsTold() {
    assertThat(follower.step())
        .isInstanceOfSatisfying(
            FollowOutcome.Behind.class,
            behind -> assertThat(behind.changes()).isEqualTo(List.of()));
  }

  @Test
  @DisplayName("FOL-1 a revocation that could not be stored is heard again")
  void hearsAgainWhatCouldNotBeStored() {
    ledger.mine(revoke(1));
    store.failNext(Fault.BEFORE);
    assertThatThrownBy(follower::step).isInstanceOf(StoreFailed.class);
    heard(follower.step(), 1);
    nothingMoreIsTold();
    store.failNext(Fault.AFTER);
    ledger.mine(revoke(2));
    assertThatThrownBy(follower::step).isInstanceOf(StoreFailed.class);
    heard(follower.step(), 2);
    nothingMoreIsTold();
  }

  @Test
  @DisplayName("FOL-1 a revocation in a block that replaces another is heard")
  void hearsTheBlocksOfAnotherChain() {
    ledger.mine(revoke(1));
    mine(3);
    heard(follower.step(), 1);
    ledger.drop(3);
    ledger.mine(revoke(2));
    mine(2);
    heard(follower.step(), 2);
    nothingMoreIsTold();
    ledger.drop(10);
    mine(3);
    ledger.mine(revoke(3));
    mine(20);
    heard(follower.step(), 3);
    nothingMoreIsTold();
  }

  @Test
  @DisplayName("FOL-1 a revocation between what a node refused and what it answered is heard")
  void hearsWhatWasRefusedAtFirst() {
    ledger.mine(revoke(1));
    mine(40);
    ledger.maxRange(32);
    nothingMoreIsTold();
    heard(follower.step(), 1);
    nothingMoreIsTold();
    ledger.mine(revoke(2));
    heard(follower.step(), 2);
  }

  @Test
  @DisplayName("FOL-1 a head that is told to be lower and higher in turns is no news each time")
  void tellsOnceWhatNodesOfAnotherHeadShow() {
    ledger.mine(revoke(1));
    heard(follower.step(), 1);
    ledger.afterNextLatest(() -> ledger.drop(1));
    nothingMoreIsTold();
    nothingMoreIsTold();
    mine(2);
    nothingMoreIsTold();
  }
}
