package org.fhiranchor.interceptors.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Anchors from {@code anchor_transaction}.
 *
 * @param finality the words for what counts as final here, such as {@code confirmations:12}
 */
public record SqlAnchors(JdbcTemplate jdbc, Place place, String finality) implements Anchors {
  /** Where this log is anchored. */
  public record Place(long chainId, String contract, Digest logId) {}

  @Override
  public Optional<Anchor> latest() {
    return jdbc
        .query(
            "select * from anchor_transaction where log_id = ? and state in ('MINED', 'FINAL')"
                + " order by anchor_id desc limit 1",
            (row, n) -> anchor(row),
            place.logId().bytes())
        .stream()
        .findFirst();
  }

  private Anchor anchor(ResultSet row) throws SQLException {
    return new Anchor(
        place.chainId(),
        place.contract(),
        place.logId(),
        new TreeSize(row.getLong("tree_size")),
        Digest.of(row.getBytes("root")),
        row.getLong("block_number"),
        Digest.of(row.getBytes("block_hash")),
        Digest.of(row.getBytes("mined_hash")),
        row.getString("state").equals("FINAL") ? finality : "mined");
  }
}
