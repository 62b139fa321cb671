package org.fhiranchor.interceptors.store.h2;

import java.sql.Connection;
import java.sql.SQLException;
import org.h2.engine.Database;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;

/** What becomes of H2's file below its connections. */
public final class H2File {
  private H2File() {}

  /**
   * Whether H2 still has it open. A write that fails, for want of space for example, closes the
   * database for good; its connections do not know, and every statement on them fails from then on.
   */
  public static boolean isOpen(Connection connection) throws SQLException {
    SessionLocal session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
    if (session == null || session.isClosed()) {
      return false;
    }
    Database database = session.getDatabase();
    return !database.isClosing() && !database.getStore().getMvStore().isClosed();
  }
}
