package org.fhiranchor.interceptors.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The tables {@code anchor_leaf} and {@code anchor_pending}, by chain. */
public final class SqlChainRows implements ChainRows {
  static final String WAITING =
      "select pending_id, chain, version_id, statement, salt, record, seal from anchor_pending ";

  private static final String WANTED = "unnest(cast(? as varchar array)) as k(chain)";

  private static final String COLUMNS =
      "l.chain, l.leaf_index, l.statement, l.salt, l.commitment, l.record";

  private static final String NEWEST =
      "select "
          + COLUMNS
          + " from "
          + WANTED
          + " join anchor_leaf l on l.leaf_index = (select n.leaf_index from anchor_leaf n where"
          + " n.chain = k.chain order by n.chain desc, n.leaf_index desc limit 1)";

  private static final String ALL =
      "select "
          + COLUMNS
          + " from "
          + WANTED
          + " join anchor_leaf l on l.chain = k.chain order by l.leaf_index";

  private static final String RANGE =
      "select "
          + COLUMNS
          + " from anchor_leaf l where l.leaf_index >= :from and l.leaf_index < :to and l.kind <> '"
          + Rows.ERASED
          + "' order by l.leaf_index";

  private final JdbcTemplate jdbc;
  private final JdbcClient named;
  private final PendingSeal seals;

  /** Reads with this template. */
  public SqlChainRows(JdbcTemplate jdbc, PendingSeal seals) {
    this.jdbc = jdbc;
    this.named = JdbcClient.create(jdbc);
    this.seals = seals;
  }

  @Override
  public List<Waiting> waiting(Collection<String> chains) {
    return jdbc.query(
        WAITING + "where chain in (select chain from " + WANTED + ") order by pending_id",
        ManyRows.of(chains).varchar(chain -> chain).setter(),
        (row, n) -> waiting(row, seals));
  }

  static Waiting waiting(ResultSet row, PendingSeal seals) throws SQLException {
    String where = "pending row " + row.getLong("pending_id");
    PendingLeaf leaf =
        new PendingLeaf(
            Rows.statement(row.getBytes("statement"), where),
            Rows.value(where + ", salt", row.getBytes("salt"), Salt::of),
            Rows.record(row));
    byte[] seal = row.getBytes("seal");
    return new Waiting(row.getString("chain"), leaf, seal != null && seals.fits(seal, leaf));
  }

  /**
   * A row that waits, as this server wrote it.
   *
   * @throws CorruptLogException when it has no valid seal
   */
  static PendingLeaf genuine(ResultSet row, PendingSeal seals) throws SQLException {
    Waiting waiting = waiting(row, seals);
    Statement statement = waiting.leaf().statement();
    if (!waiting.sealed()
        || !waiting.chain().equals(statement.chain())
        || !Objects.equals(row.getString("version_id"), Rows.versionOf(statement))) {
      throw new CorruptLogException(
          "pending row %d: has no valid seal, this server did not write it so"
              .formatted(row.getLong("pending_id")));
    }
    return waiting.leaf();
  }

  @Override
  public List<Placed> newest(Collection<String> chains) {
    return placed(NEWEST, chains);
  }

  @Override
  public List<Placed> all(Collection<String> chains) {
    return placed(ALL, chains);
  }

  private List<Placed> placed(String sql, Collection<String> chains) {
    return jdbc.query(
        sql, ManyRows.of(chains).varchar(chain -> chain).setter(), (row, n) -> placed(row));
  }

  private static Placed placed(ResultSet row) throws SQLException {
    return new Placed(row.getString("chain"), Rows.leaf(row));
  }

  @Override
  public List<Placed> range(LeafIndex from, LeafIndex to) {
    return named
        .sql(RANGE)
        .param("from", from.value())
        .param("to", to.value())
        .query((row, n) -> placed(row))
        .list();
  }

  @Override
  public List<Erased> erased(LeafIndex from, LeafIndex to) {
    return named
        .sql(
            "select leaf_index, commitment from anchor_leaf where leaf_index >= :from and"
                + " leaf_index < :to and kind = :erased order by leaf_index")
        .param("from", from.value())
        .param("to", to.value())
        .param("erased", Rows.ERASED)
        .query(
            (row, n) ->
                new Erased(
                    new LeafIndex(row.getLong(1)),
                    Rows.value("a leaf's commitment", row.getBytes(2), Digest::of)))
        .list();
  }

  @Override
  public void eachChain(String type, Consumer<String> chain) {
    jdbc.query(
        "select distinct chain from anchor_leaf where chain like ?",
        row -> {
          chain.accept(row.getString(1));
        },
        "resource:" + type + "/%");
  }

  @Override
  public long count() {
    Long found = jdbc.queryForObject("select count(*) from anchor_leaf", Long.class);
    return found == null ? 0 : found;
  }
}
