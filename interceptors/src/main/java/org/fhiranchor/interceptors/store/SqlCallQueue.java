package org.fhiranchor.interceptors.store;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.sending.CallCounts;
import org.fhiranchor.ledger.sending.CallQueue;
import org.fhiranchor.ledger.sending.QueuedCall;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One account's queue in SQL; each method is one transaction, or joins the caller's. Calls are
 * added and nonces given out under the lock of the account's row in {@code ledger_account}.
 */
public final class SqlCallQueue implements CallQueue {
  private static final int MAX_ROWS = 256;

  /** A count below what was given out a moment ago is old news, and not another chain. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  private static final String OURS = " where chain_id = :chain and account = :account";
  private static final String CALLS = "select * from ledger_call" + OURS;
  private static final String LOST =
      CALLS
          + " and nonce >= :from and nonce < :to and state = 'FINAL' and (kind = 'REVOCATION' or"
          + " (kind = 'GRANT' and not exists (select 1 from consent_state s where s.grantor ="
          + " ledger_call.grantor and s.ledger_id = ledger_call.ledger_id and s.revoked)))"
          + " order by nonce";

  private static final String FIRST_WAITING =
      " order by case when kind = 'REVOCATION' then 0 else 1 end, call_id limit ";

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final CallRows rows;
  private final long chain;
  private final String account;

  /** The template must open its transactions on the data source of {@code jdbc}. */
  public SqlCallQueue(
      JdbcTemplate jdbc, TransactionTemplate transactions, ChainId chain, Address account) {
    this.jdbc = JdbcClient.create(jdbc);
    this.transactions = transactions;
    this.chain = chain.value();
    this.account = account.hex();
    this.rows = new CallRows(this.jdbc, this.chain, this.account);
    insertAccount();
  }

  private void insertAccount() {
    if (ours("select count(*) from ledger_account" + OURS).query(Integer.class).single() > 0) {
      return;
    }
    try {
      ours("insert into ledger_account (chain_id, account, next_nonce, numbered_millis)"
              + " values (:chain, :account, 0, 0)")
          .update();
    } catch (DuplicateKeyException e) {
      // Another node started at the same instant and was first: its row is ours too.
      return;
    }
  }

  /** A statement that names this chain and this account. */
  private JdbcClient.StatementSpec ours(String sql) {
    return jdbc.sql(sql).param("chain", chain).param("account", account);
  }

  private record Numbering(long next, Instant last) {}

  private Numbering lock() {
    return ours("select next_nonce, numbered_millis from ledger_account" + OURS + " for update")
        .query((row, n) -> new Numbering(row.getLong(1), Instant.ofEpochMilli(row.getLong(2))))
        .optional()
        .orElseThrow(() -> new IllegalStateException("ledger_account: want one row, got none"));
  }

  @Override
  public QueuedCall add(LedgerCall call, Instant now) {
    return within(
        () -> {
          lock();
          Optional<QueuedCall> open = open(call.subject());
          if (open.isEmpty()) {
            rows.insert(call, now);
          }
          open.filter(first -> first.isOutlastedBy(call, now))
              .ifPresent(first -> rows.update(first.renewed(call, now)));
          return open(call.subject()).orElseThrow();
        });
  }

  private Optional<QueuedCall> open(String subject) {
    return calls(ours(CALLS + " and open_subject = :subject").param("subject", subject)).stream()
        .findFirst();
  }

  @Override
  public Optional<QueuedCall> newest(String subject) {
    return calls(
            ours(CALLS + " and subject = :subject order by call_id desc limit 1")
                .param("subject", subject))
        .stream()
        .findFirst();
  }

  @Override
  public List<QueuedCall> unfinished() {
    List<QueuedCall> all =
        new ArrayList<>(
            calls(
                " and state in ('PLANNED', 'SIGNED', 'SENT') and nonce is not null"
                    + " order by nonce limit "
                    + MAX_ROWS));
    all.addAll(calls(" and state = 'PLANNED' and nonce is null" + FIRST_WAITING + MAX_ROWS));
    all.addAll(calls(" and state = 'MINED' order by nonce limit " + MAX_ROWS));
    return all;
  }

  @Override
  public Optional<QueuedCall> number(long pending, boolean urgentOnly, Instant now) {
    return within(
        () -> {
          Numbering given = lock();
          Optional<QueuedCall> first = firstWaiting(urgentOnly);
          return first.flatMap(call -> number(call, nonce(given, pending, now), now));
        });
  }

  private Optional<QueuedCall> firstWaiting(boolean urgentOnly) {
    String urgent = urgentOnly ? " and kind = 'REVOCATION'" : "";
    return calls(" and state = 'PLANNED' and nonce is null" + urgent + FIRST_WAITING + 1).stream()
        .findFirst();
  }

  /** Next after what is in flight; else what the ledger says, though not below what is mined. */
  private long nonce(Numbering given, long pending, Instant now) {
    boolean fresh = Duration.between(given.last(), now).compareTo(FRESH) < 0;
    boolean known = fresh || after(" and state <> 'MINED'") > 0;
    return known ? Math.max(given.next(), pending) : Math.max(pending, after(""));
  }

  /** One more than the highest nonce that an unfinished call holds; 0 when there is none. */
  private long after(String which) {
    return ours("select coalesce(max(open_nonce) + 1, 0) from ledger_call"
            + OURS
            + " and open_nonce is not null"
            + which)
        .query(Long.class)
        .single();
  }

  /** Empty when the call was withdrawn meanwhile: then the nonce is still free. */
  private Optional<QueuedCall> number(QueuedCall call, long nonce, Instant now) {
    QueuedCall numbered = call.numbered(nonce, now);
    if (!rows.update(numbered)) {
      return Optional.empty();
    }
    ours("update ledger_account set next_nonce = :next, numbered_millis = :now" + OURS)
        .param("next", nonce + 1)
        .param("now", now.toEpochMilli())
        .update();
    return Optional.of(numbered);
  }

  @Override
  public Optional<QueuedCall> fill(LedgerCall filler, long nonce, Instant now) {
    return within(
        () -> {
          lock();
          if (isHeld(nonce) || open(filler.subject()).isPresent()) {
            return Optional.empty();
          }
          rows.insert(filler, now);
          QueuedCall numbered = open(filler.subject()).orElseThrow().numbered(nonce, now);
          return rows.update(numbered) ? Optional.of(numbered) : Optional.empty();
        });
  }

  private boolean isHeld(long nonce) {
    return !calls(ours(CALLS + " and open_nonce = :nonce").param("nonce", nonce)).isEmpty();
  }

  @Override
  public List<QueuedCall> lost(long from, long to) {
    return calls(ours(LOST).param("from", from).param("to", to));
  }

  @Override
  public boolean reopen(QueuedCall finished, Instant now) {
    return within(
        () -> {
          lock();
          if (open(finished.call().subject()).isPresent()) {
            return false;
          }
          boolean free = !isHeld(finished.nonce().orElseThrow());
          return rows.update(finished.reopened(free, now));
        });
  }

  @Override
  public boolean replace(QueuedCall next) {
    return within(() -> rows.update(next));
  }

  @Override
  public BigInteger spentSince(Instant start) {
    return ours("select coalesce(sum(gas * max_fee_per_gas), 0) from ledger_call"
            + OURS
            + " and changed_millis >= :start and kind <> 'REVOCATION'")
        .param("start", start.toEpochMilli())
        .query(BigDecimal.class)
        .single()
        .toBigInteger();
  }

  @Override
  public int grantsSince(String patient, Instant start) {
    return jdbc.sql(
            "select count(*) from ledger_call where patient = :patient and created_millis >= :start"
                + " and kind = 'GRANT'")
        .param("patient", patient)
        .param("start", start.toEpochMilli())
        .query(Integer.class)
        .single();
  }

  @Override
  public CallCounts counts() {
    String revocations = "select count(*), min(created_millis) from ledger_call" + OURS;
    return ours(revocations + " and kind = 'REVOCATION' and state in ('PLANNED', 'SIGNED', 'SENT')")
        .query((row, n) -> new CallCounts(row.getInt(1), created(row.getLong(2)), expired()))
        .single();
  }

  private static Optional<Instant> created(long millis) {
    return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  private int expired() {
    return ours("select count(*) from ledger_call"
            + OURS
            + " and kind = 'REVOCATION' and state = 'EXPIRED'")
        .query(Integer.class)
        .single();
  }

  private List<QueuedCall> calls(String which) {
    return calls(ours(CALLS + which));
  }

  private static List<QueuedCall> calls(JdbcClient.StatementSpec statement) {
    return statement.query((row, n) -> CallRows.read(row)).list();
  }

  private <T> T within(Supplier<T> work) {
    T value = transactions.execute(status -> work.get());
    if (value == null) {
      throw new IllegalStateException("transaction: want a value, got none");
    }
    return value;
  }
}
