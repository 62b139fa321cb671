package org.fhiranchor.interceptors.store.h2;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fhiranchor.interceptors.store.h2.OneWriterConnection.Turns;
import org.jspecify.annotations.Nullable;

/** A statement that is prepared, and remembers its parameters for a batch. */
final class OneWriterPrepared implements InvocationHandler {
  private final Turns turns;
  private final PreparedStatement target;
  private final SqlText sql;

  /** H2 alone can collect the keys of a batch; such a batch does not wait for held rows. */
  private final boolean batchIsH2s;

  private final StatementBatch batch;
  private final Map<Integer, Parameter> parameters = new TreeMap<>();

  OneWriterPrepared(Turns turns, PreparedStatement target, SqlText sql, boolean wantsKeys) {
    this.turns = turns;
    this.target = target;
    this.sql = sql;
    this.batchIsH2s = wantsKeys;
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
      case "addBatch", "clearBatch", "executeBatch", "executeLargeBatch" ->
          batchIsH2s ? turns.change(call, Duration.ZERO) : batch(method.getName());
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> turns.run(sql, call);
      case "clearParameters" -> {
        parameters.clear();
        yield call.run();
      }
      default -> Parameter.isSetBy(method) && given != null ? set(method, given) : call.run();
    };
  }

  private @Nullable Object batch(String method) throws SQLException {
    switch (method) {
      case "addBatch" -> {
        List<Parameter> row = List.copyOf(parameters.values());
        batch.add(new StatementBatch.Element(sql, () -> update(row)));
        return null;
      }
      case "clearBatch" -> {
        batch.clear();
        return null;
      }
      case "executeBatch" -> {
        return StatementBatch.asInts(batch.run());
      }
      default -> {
        return batch.run();
      }
    }
  }

  private Object update(List<Parameter> row) throws SQLException {
    for (Parameter parameter : row) {
      parameter.applyTo(target);
    }
    return target.executeUpdate();
  }

  private @Nullable Object set(Method method, @Nullable Object[] given) throws SQLException {
    try {
      Parameter parameter = Parameter.of(method, given);
      parameters.put((Integer) given[0], parameter);
      parameter.applyTo(target);
      return null;
    } catch (IOException cannotRead) {
      throw new SQLException("read parameter " + given[0], cannotRead);
    }
  }
}
