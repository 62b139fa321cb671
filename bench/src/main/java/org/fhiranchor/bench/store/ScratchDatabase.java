package org.fhiranchor.bench.store;

import javax.sql.DataSource;
import org.fhiranchor.interceptors.disclosure.AuditEventRows;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.erasure.ErasureRows;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.heads.HeadsParts;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlAuditEventRows;
import org.fhiranchor.interceptors.store.SqlChainRows;
import org.fhiranchor.interceptors.store.SqlDisclosureStore;
import org.fhiranchor.interceptors.store.SqlErasureRows;
import org.fhiranchor.interceptors.store.SqlHeadsParts;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A database with an empty log in it, and nothing else; gone after {@link #close}. */
public abstract sealed class ScratchDatabase implements AutoCloseable
    permits H2Database, PostgresDatabase {
  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final PendingSeal seals;
  private final LogStore log;

  ScratchDatabase(DataSource dataSource, LogSigningKey key) {
    jdbc = new JdbcTemplate(dataSource);
    transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    AnchorSchema.migrate(dataSource);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    seals = new PendingSeal(key);
    log = new SqlLogStore(jdbc, transactions, seals);
  }

  /** For a table's title. */
  public abstract String name();

  /** What the log takes on disk, indexes included. */
  public abstract long bytes();

  @Override
  public abstract void close();

  /** The log, as the server opens it. */
  public LogStore log() {
    return log;
  }

  final JdbcTemplate jdbc() {
    return jdbc;
  }

  /** The map of heads, as the server opens it. */
  public HeadsParts heads() {
    return new SqlHeadsParts(jdbc);
  }

  /** The journal of disclosures, as the server opens it. */
  public DisclosureStore disclosures() {
    return new SqlDisclosureStore(jdbc, transactions, log, seals, JournalContents.plain());
  }

  /** The same by instants. */
  public AuditEventRows events() {
    return new SqlAuditEventRows(jdbc, JournalContents.plain());
  }

  /** The log by chains, as the server opens it. */
  public ChainRows chains() {
    return new SqlChainRows(jdbc, seals);
  }

  /** What an erasure asks and empties; HAPI's tables are not here. */
  public ErasureRows erasures() {
    return new SqlErasureRows(jdbc);
  }

  /** Lets the database look at what is in its tables, as it does by itself after some time. */
  public void analyze() {
    jdbc.execute("analyze");
  }

  /** Runs this in one transaction. */
  public void inTransaction(Runnable work) {
    transactions.executeWithoutResult(status -> work.run());
  }

  /** Adds leaves the way the recorder does, many in one transaction. */
  public void addPending(Iterable<PendingLeaf> leaves) {
    transactions.executeWithoutResult(status -> leaves.forEach(log::addPending));
  }
}
