package org.fhiranchor.interceptors.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.function.IntPredicate;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A database that refuses some connections. */
final class AwayDatabase extends DelegatingDataSource {
  private final IntPredicate which;
  private volatile boolean is;
  private int asked;
  private int refused;

  /** A connection is refused while it is away and this says so of its number, from 1. */
  AwayDatabase(DataSource data, IntPredicate which) {
    super(data);
    this.which = which;
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (is && which.test(++asked)) {
      refused++;
      throw new SQLNonTransientConnectionException("away");
    }
    return super.getConnection();
  }

  void set(boolean away) {
    is = away;
  }

  int refused() {
    return refused;
  }
}
