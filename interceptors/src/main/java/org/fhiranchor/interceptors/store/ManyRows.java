package org.fhiranchor.interceptors.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.PreparedStatementSetter;

/**
 * Many values in one statement: each column is an SQL array, which the statement unnests. One round
 * trip and one plan whatever their number, in words that H2 and PostgreSQL share.
 */
final class ManyRows<T> {
  private final Collection<T> rows;
  private final Stream.Builder<Column> columns = Stream.builder();

  private ManyRows(Collection<T> rows) {
    this.rows = rows;
  }

  /** Something to be put into a statement. */
  private record Column(String type, @Nullable Object[] values) {}

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

  private <V> ManyRows<T> column(
      String type, Function<T, @Nullable V> value, IntFunction<@Nullable V[]> array) {
    columns.add(new Column(type, rows.stream().map(value).toArray(array)));
    return this;
  }

  /** The columns as parameters 1, 2 and so on, in the order they were named. */
  PreparedStatementSetter setter() {
    Column[] all = columns.build().toArray(Column[]::new);
    return statement -> {
      for (int i = 0; i < all.length; i++) {
        set(statement, i + 1, all[i]);
      }
    };
  }

  private static void set(PreparedStatement statement, int parameter, Column column)
      throws SQLException {
    Connection connection = statement.getConnection();
    statement.setArray(parameter, connection.createArrayOf(column.type, column.values));
  }
}
