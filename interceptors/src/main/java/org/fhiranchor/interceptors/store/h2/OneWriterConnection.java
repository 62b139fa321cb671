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
record OneWriterConnection(
    Connection target, WriteTurn turn, RollbackMark mark, Duration limit, Use use)
    implements InvocationHandler {
  OneWriterConnection(Connection target, WriteTurn turn, Duration limit) throws SQLException {
    this(target, turn, RollbackMark.of(target), limit, new Use());
    if (!target.getAutoCommit()) {
      // Whoever had it before may have left a transaction open.
      use.read();
    }
  }

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
      case "commit" -> commit(call);
      case "rollback" -> given == null ? end(call, use.touched()) : turn.end(call, mark);
      case "close" -> end(call, use.touched());
      case "setAutoCommit" ->
          given != null && Boolean.TRUE.equals(given[0]) ? end(call, use.touched()) : call.run();
      case "setTransactionIsolation", "abort" -> end(call, true);
      case "setSavepoint", "releaseSavepoint" -> turn.change(call, mark, limit);
      case "createStatement", "prepareStatement", "prepareCall" ->
          statement((Connection) proxy, method, given, Objects.requireNonNull(call.run()));
      default -> call.run();
    };
  }

  private @Nullable Object commit(WriteTurn.Call call) throws SQLException {
    Object answer = use.changed() ? turn.commit(call, mark) : call.run();
    use.ended();
    return answer;
  }

  private @Nullable Object end(WriteTurn.Call call, boolean inTurn) throws SQLException {
    Object answer = inTurn ? turn.end(call, mark) : call.run();
    use.ended();
    return answer;
  }

  private Statement statement(
      Connection proxy, Method method, @Nullable Object @Nullable [] given, Object made) {
    Turns turns = new Turns(proxy, turn, mark, limit, use);
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
  record Turns(Connection connection, WriteTurn turn, RollbackMark mark, Duration limit, Use use) {
    @Nullable Object run(SqlText sql, WriteTurn.Call call) throws SQLException {
      if (sql.reads()) {
        use.read();
        return turn.read(call, mark, sql.patience(limit));
      }
      return change(call, sql.patience(limit));
    }

    @Nullable Object change(WriteTurn.Call call, Duration patience) throws SQLException {
      use.change();
      return turn.change(call, mark, patience);
    }
  }
}
