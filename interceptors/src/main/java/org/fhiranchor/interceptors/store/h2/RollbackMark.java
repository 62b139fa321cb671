package org.fhiranchor.interceptors.store.h2;

import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.tx.Transaction;

/**
 * H2's mark on a transaction that has taken back a part of itself, as after each statement that
 * failed. Who meets a row of such a transaction does not wait: it asks again without pause and
 * without end, whatever its lock timeout ({@code Transaction.waitForThisToEnd}). With the turn in
 * its hand that would be for ever. The mark wakes those who wait inside of H2, and nobody does
 * here, so it is taken away before the turn is given on.
 */
final class RollbackMark {
  private static final Field TRANSACTION = field(SessionLocal.class, "transaction");
  private static final Field STATE = field(Transaction.class, "statusAndLogId");
  private static final long MARK = 1L << (constant("STATUS_BITS") + constant("LOG_ID_BITS1"));

  private final SessionLocal session;

  private RollbackMark(SessionLocal session) {
    this.session = session;
  }

  static RollbackMark of(Connection connection) throws SQLException {
    return new RollbackMark((SessionLocal) connection.unwrap(JdbcConnection.class).getSession());
  }

  /** Where the connection's database keeps its pages. */
  MVStore store() {
    return session.getDatabase().getStore().getMvStore();
  }

  /** By the thread that has the turn, after each change. */
  void remove() {
    try {
      if (TRANSACTION.get(session) instanceof Transaction open) {
        ((AtomicLong) STATE.get(open)).updateAndGet(state -> state & ~MARK);
      }
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException("take the rollback mark off", impossible);
    }
  }

  private static int constant(String name) {
    try {
      return field(Transaction.class, name).getInt(null);
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException("read " + name, impossible);
    }
  }

  private static Field field(Class<?> type, String name) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException other) {
      throw new IllegalStateException("H2: want 2.3.232, got another without " + name, other);
    }
  }
}
