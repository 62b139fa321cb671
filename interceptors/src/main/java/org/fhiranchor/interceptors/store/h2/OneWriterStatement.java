package org.fhiranchor.interceptors.store.h2;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.fhiranchor.interceptors.store.h2.OneWriterConnection.Turns;
import org.jspecify.annotations.Nullable;

/** A statement whose text comes with each call. */
final class OneWriterStatement implements InvocationHandler {
  private final Turns turns;
  private final Statement target;
  private final StatementBatch batch;

  OneWriterStatement(Turns turns, Statement target) {
    this.turns = turns;
    this.target = target;
    this.batch = new StatementBatch(turns);
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
      throws SQLException {
    WriteTurn.Call call = WriteTurn.of(target, method, given);
    return switch (method.getName()) {
      case "equals" -> given != null && given[0] == proxy;
      case "hashCode" -> System.identityHashCode(proxy);
      case "getConnection" -> turns.connection();
      case "addBatch" -> {
        String sql = text(given);
        batch.add(new StatementBatch.Element(SqlText.of(sql), () -> target.executeUpdate(sql)));
        yield null;
      }
      case "clearBatch" -> {
        batch.clear();
        yield null;
      }
      case "executeBatch" -> StatementBatch.asInts(batch.run());
      case "executeLargeBatch" -> batch.run();
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" ->
          turns.run(SqlText.of(text(given)), call);
      default -> call.run();
    };
  }

  private static String text(@Nullable Object @Nullable [] given) {
    return String.valueOf(Objects.requireNonNull(given)[0]);
  }
}
