package org.fhiranchor.interceptors.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.merkle.Digest;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What became of the newest anchors, for operators; asks the database alone.
 *
 * @param logId of this log in the contract
 */
public record RecentAnchors(JdbcClient jdbc, Digest logId) {
  private static final String NEWEST =
      "select tree_size, state, changed_millis, mined_hash, block_number, receipt"
          + " from anchor_transaction where log_id = :log order by anchor_id desc limit :most";

  /** As JSON-RPC gives it. */
  private static final Pattern GAS = Pattern.compile("\"gasUsed\"\\s*:\\s*\"0x([0-9a-f]{1,15})\"");

  /**
   * One anchor; what is not known yet is null.
   *
   * @param size leaves in the head
   * @param state such as {@code final}
   * @param since when it came to be in this state
   * @param transaction hash of the one that was mined
   * @param gasUsed by that transaction; known once it is final
   */
  public record RecentAnchor(
      long size,
      String state,
      Instant since,
      @Nullable Long block,
      @Nullable String transaction,
      @Nullable Long gasUsed) {}

  /** The newest first. */
  public List<RecentAnchor> newest(int most) {
    return jdbc.sql(NEWEST)
        .param("log", logId.bytes())
        .param("most", most)
        .query((row, n) -> read(row))
        .list();
  }

  private static RecentAnchor read(ResultSet row) throws SQLException {
    byte[] hash = row.getBytes("mined_hash");
    return new RecentAnchor(
        row.getLong("tree_size"),
        row.getString("state").toLowerCase(Locale.ROOT),
        Instant.ofEpochMilli(row.getLong("changed_millis")),
        hash == null ? null : row.getLong("block_number"),
        hash == null ? null : "0x" + Digest.of(hash).hex(),
        gasUsed(Optional.ofNullable(row.getString("receipt"))));
  }

  private static @Nullable Long gasUsed(Optional<String> receipt) {
    return receipt
        .map(GAS::matcher)
        .filter(Matcher::find)
        .map(found -> Long.parseLong(found.group(1), 16))
        .orElse(null);
  }
}
