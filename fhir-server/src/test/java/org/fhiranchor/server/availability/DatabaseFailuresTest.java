package org.fhiranchor.server.availability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import org.h2.mvstore.MVStoreException;
import org.hibernate.TransactionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.transaction.TransactionSystemException;

final class DatabaseFailuresTest {
  @ParameterizedTest(name = "SQLSTATE {0}, code {1}: away is {2}")
  @DisplayName("OPS-1 a database that is away is told from a request that was wrong")
  @CsvSource({
    "08006, 0, true",
    "53100, 0, true",
    "57P01, 0, true",
    "58030, 0, true",
    "25006, 0, true",
    "90098, 90098, true",
    "23505, 0, false",
    "57014, 0, false",
    "40001, 0, false",
    "HYT00, 50200, false"
  })
  void tells(String state, int code, boolean away) {
    SQLException failure = new SQLException("words", state, code);

    assertThat(DatabaseFailures.isAway(new IllegalStateException("wrapped", failure)))
        .isEqualTo(away);
  }

  @Test
  @DisplayName("OPS-1 a pool without a connection counts as away, a fault of ours does not")
  void pool() {
    assertThat(DatabaseFailures.isAway(new SQLTransientConnectionException("none left"))).isTrue();
    assertThat(DatabaseFailures.isAway(new NullPointerException())).isFalse();
  }

  @Test
  @DisplayName("OPS-1 a connection that cannot roll back is gone; one that cannot commit may live")
  void rollback() {
    SQLException closed = new SQLException("closed");
    assertThat(
            DatabaseFailures.isAway(
                new TransactionException("Unable to rollback against JDBC Connection", closed)))
        .isTrue();
    assertThat(
            DatabaseFailures.isAway(
                new TransactionException("Unable to commit against JDBC Connection", closed)))
        .isFalse();
    assertThat(
            DatabaseFailures.isAway(new TransactionSystemException("JDBC rollback failed", closed)))
        .isTrue();
  }

  @Test
  @DisplayName("OPS-1 a row that another transaction holds in H2 is no database that is away")
  void heldRow() throws SQLException {
    String url = "jdbc:h2:mem:held;LOCK_TIMEOUT=1";
    try (Connection one = DriverManager.getConnection(url);
        Connection other = DriverManager.getConnection(url);
        Statement holding = one.createStatement();
        Statement waiting = other.createStatement()) {
      holding.execute("create table t as select 1 as n");
      one.setAutoCommit(false);
      holding.execute("update t set n = 2");
      SQLException held =
          catchThrowableOfType(SQLException.class, () -> waiting.execute("update t set n = 3"));
      assertThat(held.getCause()).isInstanceOf(MVStoreException.class);
      assertThat(DatabaseFailures.isAway(held)).isFalse();
      assertThat(new EvictDeadConnections().adjudicate(held))
          .isEqualTo(SQLExceptionOverride.Override.DO_NOT_EVICT);
    }
  }
}
