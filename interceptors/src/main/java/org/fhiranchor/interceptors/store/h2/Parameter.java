package org.fhiranchor.interceptors.store.h2;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One parameter of a prepared statement, to be set any number of times. */
record Parameter(Method setter, List<Supplier<? extends @Nullable Object>> arguments) {
  /** Whether a method is one of {@code setString(int, String)} and its kind. */
  static boolean isSetBy(Method method) {
    return method.getDeclaringClass() == PreparedStatement.class
        && method.getName().startsWith("set")
        && method.getParameterCount() >= 2
        && method.getParameterTypes()[0] == int.class;
  }

  static Parameter of(Method setter, @Nullable Object[] given) throws IOException {
    List<Supplier<? extends @Nullable Object>> arguments = new ArrayList<>();
    for (Object argument : given) {
      arguments.add(again(argument));
    }
    return new Parameter(setter, arguments);
  }

  /** A stream can be read once: it is kept as what it holds. */
  private static Supplier<? extends @Nullable Object> again(@Nullable Object argument)
      throws IOException {
    if (argument instanceof InputStream in) {
      byte[] bytes = in.readAllBytes();
      return () -> new ByteArrayInputStream(bytes);
    }
    if (argument instanceof Reader reader) {
      StringWriter text = new StringWriter();
      reader.transferTo(text);
      String characters = text.toString();
      return () -> new StringReader(characters);
    }
    return () -> argument;
  }

  void applyTo(PreparedStatement statement) throws SQLException {
    @Nullable Object[] given = arguments.stream().map(Supplier::get).toArray();
    WriteTurn.of(statement, setter, given).run();
  }
}
