package org.fhiranchor.ledger.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.grant;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.key;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.revoke;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.anchoring.MutableClock;
import org.fhiranchor.ledger.consent.ConsentRecord.Standing;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Answers that leave something out, and nodes that lag (FOL-6, FOL-7). */
final class MissingEventsTest {
  private static final TransactionHash NO_TRANSACTION =
      new TransactionHash(Digest.sha256("none".getBytes(StandardCharsets.UTF_8)));

  private final FakeConsentLedger ledger = new FakeConsentLedger("main");
  private final MemoryConsentStateStore store = new MemoryConsentStateStore();
  private final MutableClock clock = new MutableClock();

  private ConsentFollower follower() {
    return follower(FollowSettings.Pace.ON_DEMAND);
  }

  private ConsentFollower follower(FollowSettings.Pace pace) {
    return new ConsentFollower(
        ledger,
        store,
        FollowSettings.of(new Finality.Confirmations(2), Optional.of(0L), pace),
        clock);
  }

  private Followed caughtUp(ConsentFollower follower) {
    for (int step = 0; step < 200; step++) {
      if (follower.step() instanceof FollowOutcome.CaughtUp done) {
        return done.followed();
      }
    }
    throw new AssertionError("did not catch up within 200 steps");
  }

  private Standing standing(int consent, Followed followed) {
    return store.find(key(consent)).orElseThrow().standing(followed.finalBlock());
  }

  @Test
  @DisplayName("FOL-7 hears a revocation that one answer left out from the next complete one")
  void hearsALeftOutRevocation() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    caughtUp(follower);
    ledger.mine(revoke(1));
    ledger.leaveOut(2);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Incomplete.class);
    assertThat(follower.trouble().orElseThrow())
        .contains("at block 2", "events up to 2, those after 1 are left out");
    ledger.leaveOut(0);
    assertThat(standing(1, caughtUp(follower))).isEqualTo(Standing.REVOKED);
    assertThat(follower.trouble()).isEmpty();
  }

  @Test
  @DisplayName("TX-10 tells of a revocation that is stored and that the registry does not have")
  void tellsOfARevocationThatTheRegistryLacks() {
    ledger.mine(grant(1), grant(2), grant(3));
    ledger.mine(revoke(3));
    caughtUp(follower());
    for (int consent = 1; consent < 4; consent++) {
      LinkedConsent.Terms terms =
          store
              .find(key(consent))
              .flatMap(ConsentRecord::grant)
              .map(granted -> new LinkedConsent.Terms(granted.termsHash(), granted.period()))
              .orElseThrow();
      store.link(key(consent), terms);
    }
    store.revoke(key(2));
    List<ConsentKey> unheard = new ArrayList<>();
    ConsentComparison comparison = new ConsentComparison(ledger, store, unheard::add);
    Cursor at = store.cursors().get(0);
    assertThat(comparison.page(at, Optional.empty()).corrected()).isEmpty();
    assertThat(unheard).containsExactly(key(2));
  }

  @Test
  @DisplayName("FOL-7 counts a revocation behind a gap at once, and no grant")
  void countsARevocationBehindAGap() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    caughtUp(follower);
    ledger.mine(grant(2));
    ledger.mine(revoke(1), grant(3));
    ledger.leaveOut(2);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Incomplete.class);
    assertThat(store.find(key(1)).orElseThrow().revoked()).isTrue();
    assertThat(store.find(key(3))).isEmpty();
  }

  @Test
  @DisplayName("FOL-7 reads the registry's state when a gap stays past two looks, and goes on")
  void readsTheStateInstead() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    linked(1);
    linked(2);
    caughtUp(follower);
    ledger.mine(revoke(1));
    ledger.mine(grant(2));
    ledger.leaveOut(2);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Incomplete.class);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Incomplete.class);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Incomplete.class);
    clock.advance(FollowSettings.INCOMPLETE_FOR);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(store.find(key(1)).orElseThrow().revoked()).isTrue();
    assertThat(store.find(key(2)).orElseThrow().grant().orElseThrow().blockNumber()).isEqualTo(3);
    assertThat(follower.trouble()).isPresent();

    ledger.mine(revoke(2));
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(store.find(key(2)).orElseThrow().revoked()).isTrue();
    assertThat(follower.trouble()).isEmpty();
  }

  private void linked(int consent) {
    ConsentChange.Granted said =
        (ConsentChange.Granted)
            grant(consent).at(1, new ConsentChange.Place(ledger.latest().ref(), 0, NO_TRANSACTION));
    store.link(key(consent), new LinkedConsent.Terms(said.termsHash(), said.period()));
  }

  @Test
  @DisplayName("FOL-7 is away only where the registry's state cannot be read either")
  void isAwayWithoutEventsAndState() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    caughtUp(follower);
    ledger.mine(revoke(1));
    ledger.leaveOut(2);
    ledger.stateless(true);
    linked(1);
    follower.step();
    follower.step();
    clock.advance(FollowSettings.INCOMPLETE_FOR);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Away.class);
    ledger.stateless(false);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(store.find(key(1)).orElseThrow().revoked()).isTrue();
  }

  @Test
  @DisplayName("FOL-6 undoes nothing when a node lags")
  void undoesNothingForALaggingNode() {
    ConsentFollower follower = follower(FollowSettings.Pace.REGULAR);
    ledger.mine(grant(1));
    caughtUp(follower);
    ledger.mine(grant(2));
    caughtUp(follower);
    ledger.drop(1);
    assertThat(follower.step())
        .isInstanceOfSatisfying(
            FollowOutcome.Away.class, away -> assertThat(away.message()).contains("lags"));
    assertThat(store.find(key(2)).orElseThrow().grant()).isPresent();
    ledger.mine(grant(3));
    ledger.mine();
    caughtUp(follower);
    assertThat(store.find(key(2)).orElseThrow().grant()).isEmpty();
    assertThat(store.find(key(3)).orElseThrow().grant()).isPresent();
  }

  @Test
  @DisplayName("FOL-7 finds an event that was left out in a block that was read before")
  void looksFurtherBack() {
    ConsentFollower follower = blockByBlock();
    ledger.mine(grant(1));
    ledger.mine(revoke(1));
    ledger.mine(grant(2));
    ledger.leaveOut(2);
    for (int block = 0; block < 3; block++) {
      assertThat(follower.step()).isInstanceOf(FollowOutcome.Behind.class);
    }
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Incomplete.class);
    ledger.leaveOut(0);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(store.find(key(1)).orElseThrow().revoked()).isTrue();
    assertThat(store.find(key(2)).orElseThrow().grant()).isPresent();
  }

  private ConsentFollower blockByBlock() {
    FollowSettings settings =
        new FollowSettings(
            new Finality.Confirmations(2), Optional.of(0L), 1, 1, FollowSettings.Pace.ON_DEMAND);
    return new ConsentFollower(ledger, store, settings, clock);
  }

  /** What is told three times and for a second is believed: nothing here is linked to compare. */
  private void believe(ConsentFollower follower) {
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Incomplete.class);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Incomplete.class);
    clock.advance(FollowSettings.INCOMPLETE_FOR);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
  }

  @Test
  @DisplayName("FOL-7 a number that was told too high is forgotten when events and state say so")
  void forgetsANumberThatWasTooHigh() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    caughtUp(follower);
    ledger.countMore(1_000);
    ledger.mine();
    believe(follower);
    ledger.mine();
    caughtUp(follower);
    assertThat(store.cursors().get(0).number()).isEqualTo(1_001);

    ledger.countMore(0);
    linked(1);
    ledger.mine(revoke(1));
    believe(follower());
    assertThat(store.cursors().get(0).number()).isEqualTo(2);
    assertThat(store.find(key(1)).orElseThrow().revoked()).isTrue();
    ledger.mine(grant(2));
    caughtUp(follower());
    assertThat(store.find(key(2)).orElseThrow().grant()).isPresent();
  }

  @Test
  @DisplayName("FOL-7 the same where no event came since, or none at all")
  void forgetsANumberOfNoEvents() {
    ConsentFollower follower = follower();
    ledger.mine();
    caughtUp(follower);
    ledger.countMore(1_000);
    ledger.mine();
    believe(follower);
    ledger.countMore(0);
    ledger.mine();
    believe(follower);
    assertThat(store.cursors().get(0).number()).isZero();
    ledger.mine(grant(1));
    caughtUp(follower);
    assertThat(store.find(key(1)).orElseThrow().grant()).isPresent();
  }

  @Test
  @DisplayName("FOL-7 a state that is older than the events makes nothing forgotten")
  void keepsWhatTheEventsSay() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    ledger.mine(grant(2));
    linked(1);
    linked(2);
    caughtUp(follower);
    ledger.countMore(-1);
    ledger.mine();
    follower.step();
    follower.step();
    clock.advance(FollowSettings.INCOMPLETE_FOR);
    assertThat(follower.step())
        .isInstanceOfSatisfying(
            FollowOutcome.Away.class,
            away -> assertThat(away.message()).contains("older than what is known"));
    assertThat(store.cursors().get(0).number()).isEqualTo(2);
    ledger.countMore(0);
    caughtUp(follower);
    assertThat(store.find(key(2)).orElseThrow().grant()).isPresent();
  }
}
