package org.fhiranchor.interceptors.store.h2;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time changes an H2 database. H2 writes to its file inside of a change or a
 * commit, map by map; with nobody else changing maps meanwhile, what it writes is a state of the
 * database, and whatever moment a process is killed at, whole transactions are found.
 *
 * <p>H2 is told not to wait for rows that another transaction holds, since that one needs the turn
 * to commit. Who meets such a row gives the turn away until a transaction ends, and tries again, up
 * to the limit; then H2's own error goes out. H2 takes a failed statement back and leaves its
 * transaction as it was.
 */
final class WriteTurn {
  /** H2's LOCK_TIMEOUT_1. */
  static final int ROW_IS_HELD = 50200;

  /** Savepoints and failed statements let go of rows too, and do not say so. */
  private static final Duration GLANCE = Duration.ofMillis(10);

  // Not fair: who is running goes on. Handing it over at each statement costs a change of threads.
  private final ReentrantLock turn = new ReentrantLock();
  private final Condition transactionEnded = turn.newCondition();
  private final Housekeeping housekeeping = new Housekeeping();

  /** A call of the driver. */
  @FunctionalInterface
  interface Call {
    @Nullable Object run() throws SQLException;
  }

  /** A call by its method, with the driver's own exception. */
  static Call of(Object target, Method method, @Nullable Object @Nullable [] arguments) {
    return () -> {
      try {
        return method.invoke(target, arguments);
      } catch (InvocationTargetException thrown) {
        throw unwrapped(thrown.getCause());
      } catch (IllegalAccessException impossible) {
        throw new IllegalStateException("call " + method.getName(), impossible);
      }
    };
  }

  private static SQLException unwrapped(@Nullable Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof SQLException sql ? sql : new SQLException(cause);
  }

  /** Runs it when nobody else changes anything, and again while it meets rows that are held. */
  @Nullable Object change(Call call, RollbackMark mark, Duration limit) throws SQLException {
    turn.lock();
    try {
      long start = System.nanoTime();
      while (true) {
        try {
          return call.run();
        } catch (SQLException failed) {
          mark.remove();
          awaitAnEnd(failed, limit.toNanos() - (System.nanoTime() - start));
        }
      }
    } finally {
      mark.remove();
      turn.unlock();
    }
  }

  /** Without the turn, unless it meets a table that is being altered. */
  @Nullable Object read(Call call, RollbackMark mark, Duration limit) throws SQLException {
    try {
      return call.run();
    } catch (SQLException failed) {
      if (failed.getErrorCode() == ROW_IS_HELD) {
        return change(call, mark, limit);
      }
      throw failed;
    }
  }

  /** Runs what ends a transaction. */
  @Nullable Object end(Call call, RollbackMark mark) throws SQLException {
    turn.lock();
    try {
      return call.run();
    } finally {
      mark.remove();
      transactionEnded.signalAll();
      turn.unlock();
    }
  }

  /** Runs what makes changes last, and H2's housekeeping when it is due. */
  @Nullable Object commit(Call call, RollbackMark mark) throws SQLException {
    turn.lock();
    try {
      Object answer = end(call, mark);
      housekeeping.afterCommit(mark.store());
      return answer;
    } finally {
      turn.unlock();
    }
  }

  /** Whether this thread has it. */
  boolean isMine() {
    return turn.isHeldByCurrentThread();
  }

  @SuppressWarnings("WaitNotInLoop") // The loop is in change: whatever wakes it, it tries again.
  private void awaitAnEnd(SQLException failed, long leftNanos) throws SQLException {
    if (failed.getErrorCode() != ROW_IS_HELD || leftNanos <= 0) {
      throw failed;
    }
    try {
      transactionEnded.awaitNanos(Math.min(leftNanos, GLANCE.toNanos()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed;
    }
  }
}
