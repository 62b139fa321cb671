package org.fhiranchor.interceptors.store.h2;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connection whose changes, and what ends its transactions, take their turn. */
record OneWriterConnection(Connection target, WriteTurn turn, RollbackMark mark, Duration limit)
    implements InvocationHandler {
  Connection proxy() {
    return proxy(Connection.class, this);
  }

  static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            OneWriterConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
      throws SQLException {
    WriteTurn.Call call = WriteTurn.of(target, method, given);
    return switch (method.getName()) {
      case "equals" -> given != null && given[0] == proxy;
      case "hashCode" -> System.identityHashCode(proxy);
      case "commit", "rollback", "setTransactionIsolation", "close", "abort" ->
          turn.end(call, mark);
      case "setAutoCommit" ->
          given != null && Boolean.TRUE.equals(given[0]) ? turn.end(call, mark) : call.run();
      case "setSavepoint", "releaseSavepoint" -> turn.change(call, mark, limit);
      case "createStatement", "prepareStatement", "prepareCall" ->
          statement((Connection) proxy, method, given, Objects.requireNonNull(call.run()));
      default -> call.run();
    };
  }

  private Statement statement(
      Connection proxy, Method method, @Nullable Object @Nullable [] given, Object made) {
    Turns turns = new Turns(proxy, turn, mark, limit);
    if (made instanceof CallableStatement call) {
      return proxy(CallableStatement.class, new OneWriterPrepared(turns, call, sql(given), false));
    }
    if (made instanceof PreparedStatement prepared) {
      return proxy(
          PreparedStatement.class,
          new OneWriterPrepared(turns, prepared, sql(given), wantsKeys(method, given)));
    }
    return proxy(Statement.class, new OneWriterStatement(turns, (Statement) made));
  }

  private static SqlText sql(@Nullable Object @Nullable [] given) {
    return SqlText.of(String.valueOf(Objects.requireNonNull(given)[0]));
  }

  /** {@code prepareStatement} with columns by name or number, or the flag for keys. */
  private static boolean wantsKeys(Method method, @Nullable Object @Nullable [] given) {
    return method.getParameterCount() == 2
        && given != null
        && !Objects.equals(given[1], Statement.NO_GENERATED_KEYS);
  }

  /** What the statements of a connection need of it. */
  record Turns(Connection connection, WriteTurn turn, RollbackMark mark, Duration limit) {
    @Nullable Object run(SqlText sql, WriteTurn.Call call) throws SQLException {
      return sql.reads()
          ? turn.read(call, mark, sql.patience(limit))
          : turn.change(call, mark, sql.patience(limit));
    }
  }
}
