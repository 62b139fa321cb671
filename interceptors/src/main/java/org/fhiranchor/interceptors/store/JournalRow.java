package org.fhiranchor.interceptors.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.merkle.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code disclosure} as it stands there.
 *
 * @param content closed, as it is kept; null when it was removed
 */
@SuppressWarnings("ArrayRecordComponent")
record JournalRow(
    long recordedMillis,
    boolean emergency,
    Digest subject,
    Digest digest,
    byte @Nullable [] content) {
  static final String SELECT =
      "select recorded_millis, emergency, subject, digest, content from disclosure";

  static JournalRow of(ResultSet row) throws SQLException {
    return new JournalRow(
        row.getLong("recorded_millis"),
        row.getLong("emergency") == 1,
        Rows.value("a disclosure's subject", row.getString("subject"), Digest::fromHex),
        Rows.value("a disclosure's digest", row.getBytes("digest"), Digest::of),
        row.getBytes("content"));
  }

  /** Their contents opened, on all cores: that of many takes longer than to read them. */
  static List<DisclosureStore.Kept> opened(List<JournalRow> rows, JournalContents contents) {
    JournalContents.Opening opening =
        contents.opening(rows.stream().map(JournalRow::subject).distinct().toList());
    return rows.parallelStream().map(row -> row.kept(opening)).toList();
  }

  private DisclosureStore.Kept kept(JournalContents.Opening opening) {
    return new DisclosureStore.Kept(
        recordedMillis, emergency, digest, opening.open(subject, digest, content));
  }
}
