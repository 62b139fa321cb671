package org.fhiranchor.interceptors.store.h2;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fhiranchor.interceptors.store.h2.OneWriterConnection.Turns;

/**
 * The statements of a batch, one after the other. H2 would go on after one that met a held row, and
 * forget it: it could not be tried again.
 */
final class StatementBatch {
  /** One statement, ready to be run any number of times. */
  record Element(SqlText sql, WriteTurn.Call update) {}

  private final Turns turns;
  private final List<Element> elements = new ArrayList<>();

  StatementBatch(Turns turns) {
    this.turns = turns;
  }

  void add(Element element) {
    elements.add(element);
  }

  void clear() {
    elements.clear();
  }

  /** The rows that each has changed; the batch is empty afterwards, also when one fails. */
  long[] run() throws SQLException {
    long[] counts = new long[elements.size()];
    int done = 0;
    try {
      for (Element element : elements) {
        Object rows = turns.run(element.sql(), element.update());
        counts[done++] =
            rows instanceof Number number ? number.longValue() : Statement.SUCCESS_NO_INFO;
      }
      return counts;
    } catch (SQLException failed) {
      throw failedAt(Arrays.copyOf(counts, done), failed);
    } finally {
      elements.clear();
    }
  }

  static int[] asInts(long[] counts) {
    return Arrays.stream(counts)
        .mapToInt(n -> n <= Integer.MAX_VALUE ? (int) n : Statement.SUCCESS_NO_INFO)
        .toArray();
  }

  private static BatchUpdateException failedAt(long[] done, SQLException failed) {
    BatchUpdateException exception =
        new BatchUpdateException(
            failed.getMessage(), failed.getSQLState(), failed.getErrorCode(), done, failed);
    exception.setNextException(failed);
    return exception;
  }
}
