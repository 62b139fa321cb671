package org.fhiranchor.interceptors.store.scan;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.scan.ScanListener;
import org.fhiranchor.interceptors.scan.StoreScanner;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

/** Scans the store as it was at the moment at which the scan began, while others go on writing. */
public record SnapshotScan(DataSource data, StoreScan scan) implements StoreScanner {
  @Override
  public void scan(ScanListener listener) {
    try (Connection connection = data.getConnection()) {
      run(connection, listener);
    } catch (SQLException failed) {
      throw translated(failed);
    }
  }

  private void run(Connection connection, ScanListener listener) throws SQLException {
    int before = connection.getTransactionIsolation();
    boolean postgres = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
    connection.setAutoCommit(false);
    connection.setReadOnly(true);
    // H2's repeatable read takes each table's snapshot when that table is first read.
    connection.setTransactionIsolation(
        postgres ? Connection.TRANSACTION_REPEATABLE_READ : Connection.TRANSACTION_SERIALIZABLE);
    try {
      scan.run(connection, listener);
    } finally {
      connection.rollback();
      connection.setTransactionIsolation(before);
      connection.setReadOnly(false);
      connection.setAutoCommit(true);
    }
  }

  private static RuntimeException translated(SQLException failed) {
    RuntimeException found =
        new SQLExceptionSubclassTranslator().translate("scan of the store", null, failed);
    return found == null ? new IllegalStateException("scan of the store", failed) : found;
  }
}
