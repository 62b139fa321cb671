package org.fhiranchor.interceptors.store;

import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.anchoring.AnchorTransaction;
import org.fhiranchor.ledger.anchoring.AnchorTransactionStore;
import org.fhiranchor.merkle.TreeSize;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.transaction.support.TransactionTemplate;

/** The state machine of LOG.md section 7 in SQL; each method is one transaction. */
public final class SqlAnchorTransactionStore implements AnchorTransactionStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqlAnchorTransactionStore.class);
  private static final String OPEN = "where open_log_id = ?";
  private static final String LAST_FINAL =
      "where log_id = ? and state = 'FINAL' order by tree_size desc limit 1";

  private static final String FINAL_UP_TO =
      "where log_id = ? and state = 'FINAL' and tree_size <= ? order by tree_size desc limit 1";

  private static final String UNEVIDENCED =
      "where log_id = ? and anchor_id > ? and state = 'FINAL'"
          + " and (block_header is null or receipt is null) order by anchor_id limit 1";

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final AnchorRows rows;

  /** The template must open its transactions on the data source of {@code jdbc}. */
  public SqlAnchorTransactionStore(JdbcTemplate jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.rows = new AnchorRows(JdbcClient.create(jdbc));
  }

  @Override
  public Optional<AnchorTransaction> unfinished(LogId logId) {
    return find(OPEN, logId);
  }

  @Override
  public Optional<AnchorTransaction> lastFinal(LogId logId) {
    return find(LAST_FINAL, logId);
  }

  @Override
  public Optional<AnchorTransaction> finalUpTo(LogId logId, TreeSize size) {
    return find(FINAL_UP_TO, logId, size.value());
  }

  @Override
  public Optional<AnchorTransaction> unevidenced(LogId logId, long after) {
    return find(UNEVIDENCED, logId, after);
  }

  private Optional<AnchorTransaction> find(String where, LogId logId, Long... more) {
    return required(transactions.execute(status -> rows.find(where, logId.value().bytes(), more)));
  }

  @Override
  public Optional<AnchorTransaction> plan(AnchorCall call, Instant now) {
    try {
      return required(
          transactions.execute(
              status -> Optional.of(AnchorTransaction.planned(insert(call, now), call, now))));
    } catch (DuplicateKeyException e) {
      // Another node planned first: the unique open_log_id says so.
      return Optional.empty();
    }
  }

  private long insert(AnchorCall call, Instant now) {
    KeyHolder key = new GeneratedKeyHolder();
    jdbc.update(connection -> rows.insert(connection, call, now), key);
    Number id = key.getKey();
    if (id == null) {
      throw new IllegalStateException("anchor_transaction: the database gave no id");
    }
    return id.longValue();
  }

  @Override
  public boolean replace(AnchorTransaction next) {
    return required(transactions.execute(status -> rows.update(next)));
  }

  @Override
  public boolean finish(AnchorTransaction last, TreeSize extended) {
    return required(transactions.execute(status -> finished(last, extended)));
  }

  /**
   * A final anchor, those that the ledger lost before it (TX-10), and the log's row that names it:
   * nobody sees, or keeps, one of them alone.
   */
  private boolean finished(AnchorTransaction last, TreeSize extended) {
    boolean stored = rows.update(last);
    if (stored) {
      int lost = rows.lostBefore(last, extended);
      if (lost > 0) {
        LOG.warn("anchors lost by the ledger number={} againBy={}", lost, last.id());
      }
      rows.anchored(last.call());
    }
    return stored;
  }

  private static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("transaction: want a value, got none");
    }
    return value;
  }
}
