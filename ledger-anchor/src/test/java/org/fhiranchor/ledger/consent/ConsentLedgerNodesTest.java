package org.fhiranchor.ledger.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.grant;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.key;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.revoke;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LedgerConsent.Status;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.anchoring.MutableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ConsentLedgerNodesTest {
  /** The same chain three times: blocks of the same name have the same hashes. */
  private final List<FakeConsentLedger> nodes =
      IntStream.range(0, 3).mapToObj(i -> new FakeConsentLedger("main")).toList();

  private final ConsentLedgerNodes all =
      new ConsentLedgerNodes(List.<ConsentLedger>copyOf(nodes), 2);
  private final MemoryConsentStateStore store = new MemoryConsentStateStore();
  private final MutableClock clock = new MutableClock();
  private final ConsentFollower follower = follower(all);

  private ConsentFollower follower(ConsentLedger ledger) {
    return new ConsentFollower(
        ledger,
        store,
        FollowSettings.of(
            new Finality.Confirmations(0), Optional.of(0L), FollowSettings.Pace.ON_DEMAND),
        clock);
  }

  @AfterEach
  void stop() {
    all.close();
  }

  private void everywhere(Consumer<FakeConsentLedger> what) {
    nodes.forEach(what);
  }

  private boolean isRevoked(int consent) {
    return store.find(key(consent)).filter(ConsentRecord::revoked).isPresent();
  }

  private boolean isGranted(int consent) {
    return store.find(key(consent)).flatMap(ConsentRecord::grant).isPresent();
  }

  @Test
  @DisplayName("FOL-6 counts a revocation that one of three nodes shows")
  void countsWhatOneNodeShows() {
    everywhere(node -> node.mine(grant(1)));
    follower.step();
    everywhere(node -> node.mine(revoke(1)));
    nodes.get(0).leaveOut(2);
    nodes.get(2).leaveOut(2);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(isRevoked(1)).isTrue();
  }

  @Test
  @DisplayName("FOL-6 counts a revocation whose number another branch gives to another one")
  void countsWhatABranchHides() {
    everywhere(node -> node.mine(grant(1)));
    follower.step();
    nodes.subList(0, 2).forEach(node -> node.mine(revoke(1), revoke(9)));
    FakeConsentLedger branch = nodes.get(2);
    branch.mine();
    branch.drop(1);
    branch.mine(revoke(9));
    follower.step();
    assertThat(isRevoked(1)).isTrue();
    branch.drop(1);
    assertThat(follower.step()).isNotInstanceOf(FollowOutcome.Away.class);
    assertThat(isRevoked(1)).isTrue();
  }

  @Test
  @DisplayName("FOL-6 no node alone makes a block final")
  void needsEnoughForFinality() {
    everywhere(node -> node.mine(grant(1)));
    nodes.get(2).tellsFinal(true);
    assertThat(all.finalized()).isEmpty();
    nodes.get(0).tellsFinal(true);
    assertThat(all.finalized()).contains(nodes.get(0).latest());
  }

  @Test
  @DisplayName("FOL-6 says so when no two nodes agree on a block")
  void namesADisagreement() {
    nodes.get(0).mine(grant(1));
    nodes.get(1).mine();
    nodes.get(1).drop(1);
    nodes.get(1).mine();
    assertThatThrownBy(() -> all.block(1)).hasMessageContaining("disagree about block 1");
  }

  @Test
  @DisplayName("FOL-6 hears a revocation past the head that enough nodes have")
  void hearsPastTheHead() {
    everywhere(node -> node.mine(grant(1)));
    follower.step();
    everywhere(node -> node.mine());
    nodes.get(1).mine(revoke(1));
    follower.step();
    assertThat(isRevoked(1)).isTrue();
  }

  @Test
  @DisplayName("FOL-6 counts no grant that one of the nodes does not show")
  void countsNoGrantThatIsDisputed() {
    everywhere(node -> node.mine());
    follower.step();
    everywhere(node -> node.mine(grant(1)));
    nodes.get(2).leaveOut(1);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Incomplete.class);
    assertThat(isGranted(1)).isFalse();
    nodes.get(2).leaveOut(0);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(isGranted(1)).isTrue();
  }

  @Test
  @DisplayName("FOL-6 goes on with two of three nodes, and knows nothing with one")
  void needsEnoughNodes() {
    everywhere(node -> node.mine(grant(1)));
    nodes.get(0).away(true);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
    nodes.get(1).away(true);
    assertThat(follower.step())
        .isInstanceOfSatisfying(
            FollowOutcome.Away.class,
            away -> assertThat(away.message()).contains("1 of 3 nodes answer, want 2"));
    nodes.get(1).away(false);
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
  }

  @Test
  @DisplayName("FOL-6 follows the chain that two of three nodes have")
  void followsTheChainOfMost() {
    everywhere(node -> node.mine(grant(1)));
    follower.step();
    nodes.get(2).drop(1);
    nodes.get(2).mine(grant(2));
    nodes.get(2).mine();
    everywhere(node -> node.mine());
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(isGranted(1)).isTrue();
    assertThat(isGranted(2)).isFalse();
  }

  @Test
  @DisplayName("FOL-6 takes a state for granted only when all that answer say so")
  void joinsStates() {
    everywhere(node -> node.mine(grant(1), grant(2)));
    assertThat(all.statesOf(all.latest().ref(), List.of(key(1))).of(key(1)).status())
        .isEqualTo(Status.GRANTED);
    assertThatThrownBy(() -> new ConsentLedgerNodes(List.<ConsentLedger>copyOf(nodes), 4))
        .isInstanceOf(IllegalArgumentException.class);
    everywhere(node -> node.stateless(true));
    assertThatThrownBy(() -> all.statesOf(all.latest().ref(), List.of(key(1))))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageContaining("0 of 3 nodes answer");
  }

  @Test
  @DisplayName("FOL-6 goes on with those that are there where they are enough and others lag")
  void goesOnPastALaggingNode() {
    for (int others = 1; others < 3; others++) {
      goesOnWithout(new ArrayList<>(nodes.subList(0, others)), nodes.get(2));
    }
  }

  private void goesOnWithout(List<ConsentLedger> lagging, FakeConsentLedger ahead) {
    lagging.add(ahead);
    try (ConsentLedgerNodes some = new ConsentLedgerNodes(lagging, 1)) {
      ConsentFollower following = follower(some);
      int first = 10 * lagging.size();
      ahead.mine(grant(first));
      assertThat(following.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
      IntStream.range(0, 40).forEach(block -> ahead.mine());
      ahead.mine(revoke(first), grant(first + 1));
      assertThat(following.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
      assertThat(isRevoked(first)).isTrue();
      assertThat(isGranted(first + 1)).isTrue();
    }
  }

  @Test
  @DisplayName("FOL-6 a block that fewer nodes have than are needed is not there yet")
  void needsEnoughForABlock() {
    nodes.get(0).mine(grant(1));
    assertThat(all.block(1)).isEmpty();
    nodes.get(2).mine(grant(1));
    assertThat(all.block(1)).isPresent();
  }
}
