package org.fhiranchor.interceptors.consent.following;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Loading is parsing and hashing: the processors' work, beside which the server starts. */
final class InParallel {
  private static final int WORKERS =
      Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));

  private InParallel() {}

  /**
   * Does the work for each page, and returns when none is being worked on any more, also after one
   * failed: none may come late, with what was true then.
   *
   * @throws IllegalStateException when one failed; those not begun by then are left out
   */
  static <T> void each(List<T> pages, Consumer<T> work) {
    ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    AtomicBoolean failed = new AtomicBoolean();
    try {
      for (Future<Boolean> part :
          workers.invokeAll(pages.stream().map(page -> part(page, work, failed)).toList())) {
        part.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("load stored consents", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("load stored consents: interrupted", e);
    } finally {
      workers.shutdownNow();
    }
  }

  private static <T> Callable<Boolean> part(T page, Consumer<T> work, AtomicBoolean failed) {
    return () -> {
      try {
        if (!failed.get()) {
          work.accept(page);
        }
        return true;
      } catch (RuntimeException e) {
        failed.set(true);
        throw e;
      }
    };
  }
}
