package org.fhiranchor.interceptors.store;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.KeptHead;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.ProofFormatException;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** In the database of the tombstones: one row for each log's key. */
public final class SqlKeptHead implements KeptHead {
  private static final List<String> TABLES =
      List.of(
          "create table if not exists log_head (key_id varchar(16) primary key, size bigint not"
              + " null, note varchar(4000) not null)");

  private final JdbcClient jdbc;
  private final String keyId;

  /** The row of this log; its table is made where it is not there. */
  public SqlKeptHead(SqlTombstones.Source source, LogVerifierKey key) {
    JdbcTemplate template = new JdbcTemplate(source.data());
    SqlTombstones.make(template, TABLES);
    this.jdbc = JdbcClient.create(template);
    this.keyId = HexFormat.of().formatHex(key.keyId());
  }

  @Override
  public Optional<SignedCheckpoint> read() {
    return jdbc.sql("select note from log_head where key_id = :key")
        .param("key", keyId)
        .query(String.class)
        .optional()
        .map(SqlKeptHead::parsed);
  }

  private static SignedCheckpoint parsed(String note) {
    try {
      return SignedCheckpoint.parse(note);
    } catch (ProofFormatException wrong) {
      throw new CorruptLogException(
          "log_head in anchor.erasure.keys.url: want a checkpoint signed by this log's key", wrong);
    }
  }

  @Override
  public void keep(SignedCheckpoint head, Optional<SignedCheckpoint> before) {
    if (before.isPresent()) {
      with(
              head,
              "update log_head set size = :size, note = :note where key_id = :key and size < :size"
                  + " and note = :before")
          .param("before", before.get().note())
          .update();
      return;
    }
    try {
      with(head, "insert into log_head (key_id, size, note) values (:key, :size, :note)").update();
    } catch (DuplicateKeyException another) {
      // Another node was first: what it kept is compared in the next round.
      return;
    }
  }

  private JdbcClient.StatementSpec with(SignedCheckpoint head, String sql) {
    return jdbc.sql(sql)
        .param("key", keyId)
        .param("size", head.checkpoint().size().value())
        .param("note", head.note());
  }
}
