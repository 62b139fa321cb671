package org.fhiranchor.interceptors.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.HeadConsistency;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TileSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Begins a new log on the tree of an old one, by an operator's explicit word. It is the way on for
 * a database whose newest state is lost for good: the ledger keeps the old log's head, which
 * refuses every shorter tree, so what was lost stays visible under the old log id for ever.
 */
public final class LogSuccession {
  private static final Logger LOG = LoggerFactory.getLogger(LogSuccession.class);

  private final JdbcTemplate jdbc;
  private final JdbcClient named;
  private final TransactionTemplate transactions;

  /** The template must open its transactions on the data source of {@code jdbc}. */
  public LogSuccession(JdbcTemplate jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.named = JdbcClient.create(jdbc);
    this.transactions = transactions;
  }

  /**
   * Gives the database's log the name and key of {@code successor}, and signs its tree anew.
   * Without effect when the database carries another log than {@code old}, such as the successor
   * itself after a restart.
   *
   * @param known the largest head known that the successor's key already signed
   * @throws CorruptLogException when the old log's head does not fit its tiles and its checkpoint,
   *     or the successor has signed another tree (CP-3)
   */
  public void takeOver(String old, LogSigningKey successor, Optional<Checkpoint> known) {
    transactions.executeWithoutResult(
        status -> {
          List<LogState> found =
              jdbc.query(Rows.STATE + " for update", (row, n) -> Rows.state(row));
          if (found.size() == 1 && found.get(0).origin().equals(old)) {
            check(found.get(0), successor, known);
            rename(found.get(0), successor);
            if (known.isEmpty()) {
              seal(successor);
            }
          }
        });
  }

  private void check(LogState state, LogSigningKey successor, Optional<Checkpoint> known) {
    LogVerifierKey key =
        Rows.value("anchor_log, verifier_key", state.verifierKey(), LogVerifierKey::parse);
    TileSource tiles = new SqlTiles(jdbc);
    Optional<SignedCheckpoint> newest = SqlLogStore.latestCheckpoint(jdbc);
    new HeadConsistency(key).check(state, newest, tiles, List.of());
    Checkpoint head = new Checkpoint(successor.verifierKey().name(), state.size(), state.root());
    known.ifPresent(
        signed ->
            new HeadConsistency(successor.verifierKey())
                .extend(signed, head, new TileNodes(state.size(), tiles)));
  }

  /**
   * What waits was sealed with the old log's key, which may be lost. The operator's word stands for
   * all that the database holds, once: a successor that has signed before seals nothing more.
   */
  private void seal(LogSigningKey successor) {
    PendingSeal seals = new PendingSeal(successor);
    jdbc.query(
            SqlChainRows.WAITING,
            (row, n) -> Map.entry(row.getLong("pending_id"), SqlChainRows.waiting(row, seals)))
        .forEach(
            waiting ->
                named
                    .sql("update anchor_pending set seal = :seal where pending_id = :id")
                    .param("seal", seals.of(waiting.getValue().leaf()))
                    .param("id", waiting.getKey())
                    .update());
  }

  private void rename(LogState state, LogSigningKey successor) {
    String origin = successor.verifierKey().name();
    named
        .sql(
            "update anchor_log set origin = :origin, verifier_key = :key, anchored_size = 0,"
                + " anchored_root = null where id = 1")
        .param("origin", origin)
        .param("key", successor.verifierKey().toString())
        .update();
    jdbc.update("delete from anchor_checkpoint");
    if (state.size().value() > 0) {
      named
          .sql("insert into anchor_checkpoint (tree_size, note) values (:size, :note)")
          .param("size", state.size().value())
          .param("note", successor.sign(new Checkpoint(origin, state.size(), state.root())).note())
          .update();
    }
    LOG.warn("log taken over old={} new={} size={}", state.origin(), origin, state.size().value());
  }
}
