package org.fhiranchor.interceptors.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.PreparedStatementSetter;

/**
 * Many values in one statement: each column is an SQL array, which the statement unnests. One round
 * trip and one plan whatever their number, in words that H2 and PostgreSQL share.
 */
final class ManyRows<T> {
  private final Collection<T> rows;
  private final List<Column> columns = new ArrayList<>();

  private ManyRows(Collection<T> rows) {
    this.rows = rows;
  }

  /** One array, to be put into the statement at its place. */
  @FunctionalInterface
  private interface Column {
    void set(PreparedStatement statement, int parameter) throws SQLException;
  }

  static <T> ManyRows<T> of(Collection<T> rows) {
    return new ManyRows<>(rows);
  }

  ManyRows<T> bigint(Function<T, Long> value) {
    return column("bigint", value, Long[]::new);
  }

  ManyRows<T> varchar(Function<T, @Nullable String> value) {
    return column("varchar", value, String[]::new);
  }

  ManyRows<T> bytea(Function<T, byte[]> value) {
    return column("bytea", value, byte[][]::new);
  }

  private ManyRows<T> column(
      String type, Function<T, ?> value, IntFunction<@Nullable Object[]> array) {
    @Nullable Object[] values = rows.stream().map(value).toArray(array);
    columns.add(
        (statement, parameter) ->
            statement.setArray(parameter, statement.getConnection().createArrayOf(type, values)));
    return this;
  }

  /** The columns as parameters 1, 2 and so on, in the order they were named. */
  PreparedStatementSetter setter() {
    return statement -> {
      for (int i = 0; i < columns.size(); i++) {
        columns.get(i).set(statement, i + 1);
      }
    };
  }
}
