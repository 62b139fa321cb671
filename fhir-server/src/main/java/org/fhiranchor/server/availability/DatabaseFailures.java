package org.fhiranchor.server.availability;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which failures say that the database is away, and not that a request was wrong. */
final class DatabaseFailures {
  private static final int MOST_CAUSES = 20;

  /**
   * SQLSTATE: connection lost or refused, out of space or connections, shutting down, a disk's
   * error, a database that takes no writes.
   */
  private static final List<String> STATES = List.of("08", "53", "57P", "58", "25006");

  /**
   * H2's codes: object closed, in use by another, file cannot be read or written, closed, closed at
   * shutdown.
   */
  private static final Set<Integer> H2_CODES =
      Set.of(90007, 90020, 90028, 90030, 90031, 90098, 90121);

  /** Another transaction has the row; H2's cause is the same as that of a broken file. */
  private static final int H2_ROW_IS_HELD = 50200;

  /** Hibernate's words, and Spring's. */
  private static final List<String> NO_ROLLBACK =
      List.of("Unable to rollback against JDBC", "JDBC rollback failed");

  private DatabaseFailures() {}

  /** Whether the database is what failed, here or in any of the causes. */
  static boolean isAway(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (cause instanceof SQLException sql && sql.getErrorCode() == H2_ROW_IS_HELD) {
        return false;
      }
      if (saysSo(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static boolean saysSo(Throwable cause) {
    if (cause instanceof SQLTransientConnectionException) {
      return true;
    }
    if (cause instanceof SQLException sql) {
      String state = Optional.ofNullable(sql.getSQLState()).orElse("");
      return STATES.stream().anyMatch(state::startsWith) || H2_CODES.contains(sql.getErrorCode());
    }
    // H2 wraps what its file says: no space, closed, interrupted. A connection that cannot even
    // roll back is gone, whatever its driver calls that.
    return cause.getClass().getName().equals("org.h2.mvstore.MVStoreException")
        || NO_ROLLBACK.stream().anyMatch(String.valueOf(cause.getMessage())::startsWith);
  }
}
