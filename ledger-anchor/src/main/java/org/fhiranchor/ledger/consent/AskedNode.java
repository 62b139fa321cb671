package org.fhiranchor.ledger.consent;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.fhiranchor.ledger.ConsentLedger;

/**
 * One of several nodes, which answers several questions at once: what one thread asks is not in the
 * way of what another one does.
 *
 * <p>Threads: any number.
 */
final class AskedNode implements AutoCloseable {
  /** Most questions that are on their way at once. */
  static final int AT_ONCE = 16;

  private static final long IDLE_SECONDS = 60;

  private final ConsentLedger ledger;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          AT_ONCE,
          AT_ONCE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          AskedNode::thread);

  /** A token for each question on its way, and since when in nanoseconds. */
  private final Map<Object, Long> running = new ConcurrentHashMap<>();

  AskedNode(ConsentLedger ledger) {
    this.ledger = ledger;
    threads.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "anchor-ledger-node");
    thread.setDaemon(true);
    return thread;
  }

  /** Whether some question is on its way for longer than this. */
  boolean isLate(Duration grace) {
    long now = System.nanoTime();
    return running.values().stream().anyMatch(since -> now - since > grace.toNanos());
  }

  /** Whether another question would wait for those that are on their way. */
  boolean isFull() {
    return running.size() >= AT_ONCE;
  }

  /**
   * Asks.
   *
   * @param done hears of the question when it is answered, has failed, or is not asked any more
   */
  <T> Future<T> ask(Function<ConsentLedger, T> question, Consumer<Future<T>> done) {
    Asked<T> asked = new Asked<>(() -> question.apply(ledger), done);
    threads.execute(asked);
    return asked;
  }

  private final class Asked<T> extends FutureTask<T> {
    private final Consumer<Future<T>> done;

    Asked(Callable<T> question, Consumer<Future<T>> done) {
      super(question);
      this.done = done;
    }

    @Override
    public void run() {
      Object turn = new Object();
      running.put(turn, System.nanoTime());
      try {
        super.run();
      } finally {
        running.remove(turn);
      }
    }

    @Override
    protected void done() {
      done.accept(this);
    }
  }

  /** What waits for its turn is told that it is not asked any more. */
  @Override
  public void close() {
    threads.shutdownNow().forEach(waiting -> ((Future<?>) waiting).cancel(false));
  }
}
