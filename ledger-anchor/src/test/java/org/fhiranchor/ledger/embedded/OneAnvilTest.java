package org.fhiranchor.ledger.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state that was asked for before the end is not written after it, over what the end wrote. */
final class OneAnvilTest {
  @TempDir private static Path folder;

  private final AtomicInteger written = new AtomicInteger();
  private final OneAnvil anvil = new OneAnvil(() -> {});

  @Test
  void writesNoStateOnceItHasEnded() {
    assertThat(anvil.whileAlive(written::incrementAndGet)).isFalse();
    anvil.start(List.of("/bin/sleep", "600"), folder);
    assertThat(anvil.whileAlive(written::incrementAndGet)).isTrue();
    anvil.close();
    assertThat(anvil.whileAlive(written::incrementAndGet)).isFalse();
    assertThat(written).hasValue(1);
  }

  @Test
  void endsOnceTheStateIsWritten() {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ProcessHandle process = anvil.start(List.of("/bin/sleep", "600"), folder).handle();
    CompletableFuture<Boolean> keeping =
        CompletableFuture.supplyAsync(
            () ->
                anvil.whileAlive(
                    () -> {
                      writing.countDown();
                      waitFor(go);
                      assertThat(process.isAlive()).isTrue();
                    }));
    waitFor(writing);
    Thread closing = new Thread(anvil::close);
    closing.start();
    await().until(() -> closing.getState() == Thread.State.BLOCKED);
    go.countDown();
    assertThat(keeping.join()).isTrue();
    await().until(() -> !process.isAlive() && !closing.isAlive());
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
