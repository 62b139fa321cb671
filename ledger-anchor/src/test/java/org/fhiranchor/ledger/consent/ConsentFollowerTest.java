package org.fhiranchor.ledger.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.grant;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.key;
import static org.fhiranchor.ledger.consent.FakeConsentLedger.revoke;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.anchoring.MutableClock;
import org.fhiranchor.ledger.consent.ConsentRecord.Standing;
import org.fhiranchor.ledger.consent.MemoryConsentStateStore.Fault;
import org.fhiranchor.ledger.consent.MemoryConsentStateStore.StoreFailed;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ConsentFollowerTest {
  private static final int CONSENTS = 12;

  private final FakeConsentLedger ledger = new FakeConsentLedger("main");
  private final MemoryConsentStateStore store = new MemoryConsentStateStore();
  private final MutableClock clock = new MutableClock();

  private static FollowSettings settings(int pageBlocks, int maxPages) {
    return new FollowSettings(
        new Finality.Confirmations(2),
        Optional.of(0L),
        pageBlocks,
        maxPages,
        FollowSettings.Pace.ON_DEMAND);
  }

  private ConsentFollower follower() {
    return new ConsentFollower(ledger, store, settings(100, 10), clock);
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
    return store
        .find(key(consent))
        .map(found -> found.standing(followed.finalBlock()))
        .orElse(Standing.NONE);
  }

  @Test
  @DisplayName("CG-5 counts a grant when it is final, and not one block earlier")
  void countsAGrantWhenItIsFinal() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    ledger.mine();
    assertThat(standing(1, caughtUp(follower))).isEqualTo(Standing.NOT_FINAL);
    ledger.mine();
    assertThat(standing(1, caughtUp(follower))).isEqualTo(Standing.GRANTED);
    assertThat(standing(2, caughtUp(follower))).isEqualTo(Standing.NONE);
  }

  @Test
  @DisplayName("CG-5 counts a revocation at the latest block, also before its grant")
  void countsARevocationAtOnce() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    ledger.mine(revoke(1), revoke(2));
    ledger.mine(grant(2));
    Followed followed = caughtUp(follower);
    assertThat(standing(1, followed)).isEqualTo(Standing.REVOKED);
    assertThat(standing(2, followed)).isEqualTo(Standing.REVOKED);
  }

  @Test
  @DisplayName("CG-5 revokes on this node before the ledger says so")
  void revokesHereAndNow() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    caughtUp(follower);
    store.revoke(key(1));
    ledger.mine();
    ledger.mine();
    assertThat(standing(1, caughtUp(follower))).isEqualTo(Standing.REVOKED);
  }

  @Test
  @DisplayName("CG-5 unwinds to the common ancestor and forgets the grants above it")
  void unwindsAReorganisation() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    BlockRef ancestor = caughtUp(follower).block();
    ledger.mine(grant(2));
    caughtUp(follower);
    BlockRef dropped = ledger.mine(grant(3)).ref();
    caughtUp(follower);
    ledger.drop(2);
    ledger.mine(grant(3));

    assertThat(follower.step())
        .isEqualTo(new FollowOutcome.Unwound(dropped, Optional.of(ancestor)));
    Followed followed = caughtUp(follower);
    assertThat(standing(1, followed)).isNotEqualTo(Standing.NONE);
    assertThat(standing(2, followed)).isEqualTo(Standing.NONE);
    assertThat(store.find(key(3)).orElseThrow().grant().orElseThrow().blockNumber()).isEqualTo(2);
  }

  @Test
  @DisplayName("CG-5 keeps a revocation whose block was dropped")
  void keepsARevocationThroughAReorganisation() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    caughtUp(follower);
    ledger.mine(revoke(1));
    caughtUp(follower);
    ledger.drop(1);
    ledger.mine();
    ledger.mine();
    ledger.mine();
    assertThat(standing(1, caughtUp(follower))).isEqualTo(Standing.REVOKED);
  }

  @Test
  @DisplayName("CG-5 begins all over when the chain is another one, which one look does not tell")
  void beginsAllOverOnAnotherChain() {
    ConsentFollower follower = follower();
    for (int i = 0; i < 5; i++) {
      ledger.mine(grant(i));
      caughtUp(follower);
    }
    FakeConsentLedger other = new FakeConsentLedger("other");
    other.mine();
    other.mine(grant(9));
    ConsentFollower moved = new ConsentFollower(other, store, settings(100, 10), clock);
    assertThat(moved.step())
        .isInstanceOfSatisfying(
            FollowOutcome.Away.class,
            away -> assertThat(away.message()).contains("none of the blocks that were followed"));
    assertThat(store.find(key(3)).orElseThrow().grant()).isPresent();
    caughtUp(moved);
    assertThat(store.find(key(3)).orElseThrow().grant()).isEmpty();
    assertThat(store.find(key(9)).orElseThrow().grant()).isPresent();
  }

  @Test
  @DisplayName("CG-5 resumes from the cursor after a restart")
  void resumesFromTheCursor() {
    ledger.mine(grant(1));
    caughtUp(follower());
    ledger.mine(grant(2));
    assertThat(follower().step())
        .isInstanceOfSatisfying(
            FollowOutcome.CaughtUp.class,
            done ->
                assertThat(done.changes()).extracting(ConsentChange::key).containsExactly(key(2)));
    assertThat(store.cursors()).hasSize(2);
  }

  @Test
  @DisplayName("CG-5 stops after the bounded number of pages, and goes on in the next step")
  void goesOnPageByPage() {
    for (int i = 1; i < 10; i++) {
      ledger.mine(grant(i));
    }
    ConsentFollower follower = new ConsentFollower(ledger, store, settings(3, 2), clock);
    assertThat(follower.step())
        .isInstanceOfSatisfying(
            FollowOutcome.Behind.class,
            behind -> assertThat(behind.cursor().number()).isEqualTo(5));
    assertThat(follower.followed()).isEmpty();
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(follower.followed()).isPresent();
  }

  @Test
  @DisplayName("CG-5 asks for less when the node cannot answer so much")
  void asksForLess() {
    for (int i = 1; i < 40; i++) {
      ledger.mine(grant(i));
    }
    ledger.maxRange(6);
    Followed followed = caughtUp(follower());
    assertThat(followed.block()).isEqualTo(ledger.latest().ref());
    assertThat(store.find(key(39))).isPresent();
  }

  @Test
  @DisplayName("CG-5 stores no events of a chain that is replaced while they are read")
  void storesNoHalfOfAReorganisation() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    caughtUp(follower);
    ledger.mine(grant(2));
    ledger.beforeNextChanges(
        () -> {
          ledger.drop(1);
          ledger.mine(grant(3));
        });
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Incomplete.class);
    caughtUp(follower);
    assertThat(store.find(key(2))).isEmpty();
    assertThat(store.find(key(3))).isPresent();
  }

  @Test
  @DisplayName("FOL-1 a revocation is heard before the strangers' events of its own block are read")
  void hearsARevocationBeforeTheFloodAroundIt() {
    ConsentFollower follower = follower();
    ledger.mine(grant(1));
    BlockRef before = caughtUp(follower).block();
    List<FakeConsentLedger.Event> flood = new ArrayList<>();
    for (int stranger = 1_000; stranger < 1_200; stranger++) {
      flood.add(grant(stranger));
    }
    flood.add(100, revoke(1));
    ledger.mine(flood.toArray(FakeConsentLedger.Event[]::new));
    assertThat(follower.step())
        .isInstanceOfSatisfying(
            FollowOutcome.Behind.class,
            behind -> {
              assertThat(behind.cursor()).isEqualTo(before);
              assertThat(behind.changes()).extracting(ConsentChange::key).containsExactly(key(1));
            });
    assertThat(store.find(key(1)).filter(ConsentRecord::revoked)).isPresent();
    assertThat(store.find(key(1_000))).isEmpty();
    assertThat(follower.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(store.find(key(1_000))).isPresent();
  }

  @Test
  @DisplayName("CG-6 is stale one instant past the limit, and fresh at it")
  void growsStale() {
    ConsentFollower follower = follower();
    Followed followed = caughtUp(follower);
    Duration limit = Duration.ofSeconds(30);
    assertThat(followed.isStale(clock.instant().plus(limit), limit)).isFalse();
    assertThat(followed.isStale(clock.instant().plus(limit).plusNanos(1), limit)).isTrue();

    ledger.away(true);
    clock.advance(Duration.ofMinutes(1));
    assertThat(follower.step()).isInstanceOf(FollowOutcome.Away.class);
    assertThat(follower.followed().orElseThrow().isStale(clock.instant(), limit)).isTrue();
    ledger.away(false);
    assertThat(caughtUp(follower).isStale(clock.instant(), limit)).isFalse();
  }

  @Test
  @DisplayName("CG-6 goes by the latest block's time where blocks come by themselves")
  void goesByTheLatestBlockOnARegularChain() {
    FollowSettings regular =
        FollowSettings.of(new Finality.Tag(), Optional.of(0L), FollowSettings.Pace.REGULAR);
    ConsentFollower follower = new ConsentFollower(ledger, store, regular, clock);
    clock.advance(Duration.ofMinutes(10));
    Followed followed = caughtUp(follower);
    assertThat(followed.asOf()).isEqualTo(FakeConsentLedger.GENESIS);
    assertThat(followed.finalBlock()).isEqualTo(-1);
  }

  @Test
  @DisplayName("CG-5 lets one of two nodes on one store get ahead")
  void isOvertakenByAnotherNode() {
    ledger.mine(grant(1));
    ConsentFollower second = follower();
    ledger.beforeNextChanges(() -> caughtUp(second));
    assertThat(follower().step()).isInstanceOf(FollowOutcome.Overtaken.class);
    assertThat(store.find(key(1))).isPresent();
  }

  @Test
  @DisplayName("CG-5 takes a block that another node applied meanwhile for no reorganisation")
  void takesAnotherNodesBlockForNoReorganisation() {
    ledger.mine(grant(1));
    ConsentFollower first = follower();
    ConsentFollower second = follower();
    caughtUp(first);
    ledger.afterNextLatest(
        () -> {
          ledger.mine(grant(2));
          caughtUp(second);
        });
    assertThat(first.step()).isNotInstanceOf(FollowOutcome.Unwound.class);
    assertThat(store.find(key(2)).orElseThrow().grant()).isPresent();
    assertThat(first.step()).isInstanceOf(FollowOutcome.CaughtUp.class);
  }

  @Test
  @DisplayName("CG-5 equals the chain after any history of blocks, reorganisations and failures")
  void equalsTheChainAfterAnyHistory() {
    for (long seed = 0; seed < 300; seed++) {
      new RandomHistory(seed).run();
    }
  }

  private static final class RandomHistory {
    private final long seed;
    private final Random random;
    private final FakeConsentLedger ledger = new FakeConsentLedger("main");
    private final MemoryConsentStateStore store = new MemoryConsentStateStore();
    private final MutableClock clock = new MutableClock();

    RandomHistory(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void run() {
      for (int i = 0; i < 60; i++) {
        happen();
      }
      ledger.away(false);
      store.failNext(Fault.NONE);
      finish();
      check();
    }

    private void happen() {
      switch (random.nextInt(8)) {
        case 0, 1 -> grantNew();
        case 2 -> ledger.mine(revoke(random.nextInt(CONSENTS)));
        case 3 -> ledger.mine();
        case 4 -> {
          ledger.drop(random.nextInt(4));
          grantNew();
        }
        case 5 -> ledger.away(random.nextBoolean());
        case 6 -> store.failNext(random.nextBoolean() ? Fault.BEFORE : Fault.AFTER);
        default -> step(new ConsentFollower(ledger, store, settings(3, 2), clock));
      }
    }

    /** The contract grants a consent once, and never after a revocation. */
    private void grantNew() {
      int consent = random.nextInt(CONSENTS);
      boolean known =
          ledger.canonical().stream().anyMatch(change -> change.key().equals(key(consent)));
      if (known) {
        ledger.mine();
      } else {
        ledger.mine(grant(consent));
      }
    }

    private void step(ConsentFollower follower) {
      try {
        follower.step();
      } catch (StoreFailed failed) {
        assertThat(failed).hasNoCause();
      }
    }

    private void finish() {
      ConsentFollower follower = new ConsentFollower(ledger, store, settings(3, 2), clock);
      FollowOutcome last = follower.step();
      for (int i = 0; i < 100 && !(last instanceof FollowOutcome.CaughtUp); i++) {
        last = follower.step();
      }
      assertThat(last).as("seed %d", seed).isInstanceOf(FollowOutcome.CaughtUp.class);
    }

    private void check() {
      Map<ConsentKey, Long> grants = new HashMap<>();
      Map<ConsentKey, Boolean> revoked = new HashMap<>();
      for (ConsentChange change : ledger.canonical()) {
        if (change instanceof ConsentChange.Granted) {
          grants.put(change.key(), change.place().block().number());
        } else {
          revoked.put(change.key(), true);
        }
      }
      for (int consent = 0; consent < CONSENTS; consent++) {
        ConsentKey key = key(consent);
        Optional<ConsentRecord> known = store.find(key);
        assertThat(known.flatMap(ConsentRecord::grant).map(ConsentRecord.Grant::blockNumber))
            .as("seed %d, grant of consent %d", seed, consent)
            .isEqualTo(Optional.ofNullable(grants.get(key)));
        boolean knownRevoked = known.map(ConsentRecord::revoked).orElse(false);
        assertThat(ledger.wasEverRevoked(key) || !knownRevoked)
            .as("seed %d, consent %d is revoked without a revocation", seed, consent)
            .isTrue();
        assertThat(knownRevoked || !revoked.containsKey(key))
            .as("seed %d, consent %d misses its revocation", seed, consent)
            .isTrue();
      }
    }
  }
}
