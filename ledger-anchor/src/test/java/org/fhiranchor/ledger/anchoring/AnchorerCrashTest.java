package org.fhiranchor.ledger.anchoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.fhiranchor.ledger.evm.TestChain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ARCHITECTURE.md section 6: dies at every single call, and goes on from what is stored. */
final class AnchorerCrashTest {
  private static final int MAX_CALLS = 60;

  @TempDir static Path folder;
  static TestChain chain;

  @BeforeAll
  static void start() {
    chain = TestChain.start(folder);
  }

  @AfterAll
  static void stop() {
    chain.close();
  }

  @ParameterizedTest(name = "took effect: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("TX-1 goes on after dying at any call to the ledger")
  void goesOnAfterDyingAtTheLedger(boolean afterEffect) {
    AnchoringWorld world = new AnchoringWorld(chain, "ledger-crash-" + afterEffect + ".test");
    int call = 0;
    boolean struck = true;
    for (; struck && call < MAX_CALLS; call++) {
      world.log.size(2L * call + 2);
      Faults faults = Faults.at(call, afterEffect);
      dying(world, world.anchorer(new FaultyLedger(chain.anchorLedger(), faults)));
      struck = faults.struck();
      assertRecovered(world);
    }
    assertThat(call).isBetween(10, MAX_CALLS - 1);
  }

  @ParameterizedTest(name = "took effect: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("TX-1 goes on after dying at any change of the store")
  void goesOnAfterDyingAtTheStore(boolean afterEffect) {
    AnchoringWorld world = new AnchoringWorld(chain, "store-crash-" + afterEffect + ".test");
    int call = 0;
    boolean struck = true;
    for (; struck && call < MAX_CALLS; call++) {
      world.log.size(2L * call + 2);
      Faults faults = Faults.at(call, afterEffect);
      world.store.failing(faults);
      dying(world, world.anchorer());
      world.store.failing(Faults.NONE);
      struck = faults.struck();
      assertRecovered(world);
    }
    assertThat(call).isBetween(3, MAX_CALLS - 1);
  }

  private static void dying(AnchoringWorld world, Anchorer anchorer) {
    try {
      anchorer.step();
      world.send();
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> !(anchorer.step() instanceof StepOutcome.Waiting));
    } catch (Faults.Death death) {
      assertThat(death).hasNoCause();
    }
  }

  /** A new process on the same store reaches the log's end, and the ledger took each size once. */
  private static void assertRecovered(AnchoringWorld world) {
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> world.settle() instanceof StepOutcome.Idle);
    assertThat(world.anchorer().standing()).isInstanceOf(LogStanding.InStep.class);
    assertThat(world.store.unfinished(world.logId)).isEmpty();
    assertThat(world.store.all())
        .extracting(AnchorTransaction::state)
        .containsOnly(AnchorState.FINAL);
  }
}
