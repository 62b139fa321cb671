package org.fhiranchor.interceptors.store;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorEvidence;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.anchoring.AnchorState;
import org.fhiranchor.ledger.anchoring.AnchorTransaction;
import org.fhiranchor.ledger.anchoring.MinedAnchor;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows of {@code anchor_transaction}, and what {@code anchor_log} says of the newest final one. */
record AnchorRows(JdbcClient jdbc) {
  private static final String INSERT =
      "insert into anchor_transaction (version, log_id, open_log_id, previous_size, tree_size,"
          + " root, consistency_proof, state, changed_millis) values (0,?,?,?,?,?,?,'PLANNED',?)";

  private static final String UPDATE =
      "update anchor_transaction set version = :version, open_log_id = :openLog, state = :state,"
          + " changed_millis = :changed, mined_hash = :hash, block_number = :block,"
          + " block_hash = :blockHash, block_header = :header, receipt = :receipt"
          + " where anchor_id = :id and version = :before";

  private static final String LOST =
      "update anchor_transaction set version = version + 1, state = 'SUPERSEDED',"
          + " changed_millis = :changed, mined_hash = null, block_number = null,"
          + " block_hash = null, block_header = null, receipt = null where log_id = :log"
          + " and state = 'FINAL' and anchor_id < :id and tree_size > :previous";

  private static final String ANCHORED =
      "update anchor_log set anchored_size = :size, anchored_root = :root where id = 1 and"
          + " anchored_size < :size";

  PreparedStatement insert(Connection connection, AnchorCall call, Instant now)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(INSERT, new String[] {"anchor_id"});
    statement.setBytes(1, call.logId().value().bytes());
    statement.setBytes(2, call.logId().value().bytes());
    statement.setLong(3, call.previousSize().value());
    statement.setLong(4, call.size().value());
    statement.setBytes(5, call.root().bytes());
    statement.setBytes(6, joined(call.consistencyProof()));
    statement.setLong(7, now.toEpochMilli());
    return statement;
  }

  /** Whether the stored version was the one before. */
  boolean update(AnchorTransaction next) {
    boolean finished = next.state().isFinished();
    Optional<MinedAnchor> mined = next.mined();
    return jdbc.sql(UPDATE)
            .param("version", next.version())
            .param("openLog", finished ? null : next.call().logId().value().bytes())
            .param("state", next.state().name())
            .param("changed", next.changed().toEpochMilli())
            .param("hash", mined.map(one -> one.transaction().value().bytes()).orElse(null))
            .param("block", mined.map(one -> one.block().number()).orElse(null))
            .param("blockHash", mined.map(one -> one.block().hash().bytes()).orElse(null))
            .param("header", next.evidence().map(AnchorEvidence::blockHeader).orElse(null))
            .param("receipt", next.evidence().map(AnchorEvidence::receipt).orElse(null))
            .param("id", next.id())
            .param("before", next.version() - 1)
            .update()
        == 1;
  }

  /**
   * Takes back those that the ledger has lost: the contract extends nothing but its newest head, so
   * of what was beyond the head that this one extended it had nothing left.
   *
   * @return how many these were
   */
  int lostBefore(AnchorTransaction last, TreeSize extended) {
    return jdbc.sql(LOST)
        .param("changed", last.changed().toEpochMilli())
        .param("log", last.call().logId().value().bytes())
        .param("id", last.id())
        .param("previous", extended.value())
        .update();
  }

  /** The ledger has reached this head; never goes back. */
  void anchored(AnchorCall call) {
    jdbc.sql(ANCHORED)
        .param("size", call.size().value())
        .param("root", call.root().bytes())
        .update();
  }

  Optional<AnchorTransaction> find(String where, byte[] logId, Long... more) {
    return jdbc
        .sql("select * from anchor_transaction " + where)
        .param(logId)
        .params(List.of(more))
        .query((row, n) -> read(row))
        .list()
        .stream()
        .findFirst();
  }

  private AnchorTransaction read(ResultSet row) throws SQLException {
    long id = row.getLong("anchor_id");
    return new AnchorTransaction(
        id,
        row.getLong("version"),
        call(row),
        AnchorState.valueOf(row.getString("state")),
        mined(row),
        evidence(row),
        Instant.ofEpochMilli(row.getLong("changed_millis")));
  }

  private static AnchorCall call(ResultSet row) throws SQLException {
    return new AnchorCall(
        new LogId(Digest.of(row.getBytes("log_id"))),
        new TreeSize(row.getLong("previous_size")),
        new TreeSize(row.getLong("tree_size")),
        Digest.of(row.getBytes("root")),
        split(row.getBytes("consistency_proof")));
  }

  private static Optional<MinedAnchor> mined(ResultSet row) throws SQLException {
    byte[] hash = row.getBytes("mined_hash");
    return hash == null
        ? Optional.empty()
        : Optional.of(
            new MinedAnchor(
                new TransactionHash(Digest.of(hash)),
                new BlockRef(row.getLong("block_number"), Digest.of(row.getBytes("block_hash")))));
  }

  private static Optional<AnchorEvidence> evidence(ResultSet row) throws SQLException {
    String header = row.getString("block_header");
    String receipt = row.getString("receipt");
    return header == null || receipt == null
        ? Optional.empty()
        : Optional.of(new AnchorEvidence(header, receipt));
  }

  private static byte[] joined(List<Digest> hashes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    hashes.forEach(hash -> all.writeBytes(hash.bytes()));
    return all.toByteArray();
  }

  private static List<Digest> split(byte[] all) {
    List<Digest> hashes = new ArrayList<>();
    for (int at = 0; at < all.length; at += Digest.LENGTH) {
      hashes.add(Digest.of(Arrays.copyOfRange(all, at, at + Digest.LENGTH)));
    }
    return hashes;
  }
}
