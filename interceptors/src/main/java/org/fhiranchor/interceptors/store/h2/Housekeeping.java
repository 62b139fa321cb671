package org.fhiranchor.interceptors.store.h2;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;

/**
 * H2's housekeeping. Its file consists of chunks, one a commit; a chunk is used again only when
 * nothing in it is live, and one page in it keeps all of it. H2's writer in the background rewrites
 * such pages, and it does not run here: it would write while others change (WRITE_DELAY 0). Without
 * that the file grows by what is written, whatever it holds. So the same is done here, by whoever
 * has the turn, now and then.
 */
final class Housekeeping {
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  /** Whatever a pass takes, it is at most one part in so many of the time. */
  private static final int SHARE = 20;

  private static final Method PASS = pass();

  private long next = System.nanoTime() + BETWEEN.toNanos();

  /** By the thread that has the turn, when a transaction has ended. */
  void afterCommit(MVStore store) {
    long now = System.nanoTime();
    if (now - next < 0 || store.isClosed()) {
      return;
    }
    try {
      PASS.invoke(store.getFileStore());
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException("do H2's housekeeping", impossible);
    } catch (InvocationTargetException failed) {
      // H2 keeps what fails in here for the next statement, as it does for its own thread.
      throw new IllegalStateException("do H2's housekeeping", failed.getCause());
    } finally {
      long end = System.nanoTime();
      next = end + Math.max(BETWEEN.toNanos(), SHARE * (end - now));
    }
  }

  private static Method pass() {
    try {
      Method method = FileStore.class.getDeclaredMethod("writeInBackground");
      method.setAccessible(true);
      return method;
    } catch (NoSuchMethodException other) {
      throw new IllegalStateException("H2: want 2.3.232, got another without a pass", other);
    }
  }
}
