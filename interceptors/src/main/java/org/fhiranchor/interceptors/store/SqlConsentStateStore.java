package org.fhiranchor.interceptors.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.consent.following.ConsentJournal;
import org.fhiranchor.interceptors.consent.following.ConsentLinks;
import org.fhiranchor.interceptors.consent.following.ConsentState;
import org.fhiranchor.interceptors.consent.following.ConsentStates;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.ledger.consent.Cursor;
import org.fhiranchor.ledger.consent.LinkedConsent;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The follower's copy of the ledger in SQL; each method is one transaction. Whoever writes holds
 * the lock of {@code consent_follow}, so revisions are committed in their order. A grant or
 * revocation of a Consent of ours becomes a leaf in the same transaction, once.
 */
public final class SqlConsentStateStore implements ConsentStates {
  /** Anybody may grant any id on the ledger: with more rows than this, each id is asked for. */
  private static final int MANY_ROWS = 10 * MAX_ROWS;

  private final JdbcTemplate jdbc;
  private final JdbcClient named;
  private final TransactionTemplate transactions;
  private final ConsentLinks links;
  private final ConsentJournal journal;
  private final ConsentStateWrites writes;
  private final SqlLinkedConsents linked;
  private final Address contract;

  /** The largest number ever seen here: whoever sets the row back makes no change go unheard. */
  private final AtomicLong seen = new AtomicLong();

  /**
   * The template must open its transactions on the data source of {@code jdbc}.
   *
   * @param contract whose events are followed
   */
  public SqlConsentStateStore(
      JdbcTemplate jdbc,
      TransactionTemplate transactions,
      ConsentLinks links,
      ConsentJournal journal,
      Address contract) {
    this.jdbc = jdbc;
    this.named = JdbcClient.create(jdbc);
    this.transactions = transactions;
    this.links = links;
    this.journal = journal;
    this.writes = new ConsentStateWrites(named, contract);
    this.linked = new SqlLinkedConsents(jdbc);
    this.contract = contract;
  }

  @Override
  public List<Cursor> cursors() {
    return jdbc.query(
        "select * from ledger_cursor where contract = ? order by block_number desc",
        (row, n) -> ConsentRows.cursor(row),
        contract.hex());
  }

  @Override
  public Set<ConsentKey> concerned(Collection<ConsentKey> keys) {
    return keys.isEmpty() ? Set.of() : linked.concerned(keys);
  }

  @Override
  public boolean apply(Optional<Cursor> expected, List<ConsentChange> changes, Cursor cursor) {
    return locked(
        revision -> {
          if (!newest().equals(expected)) {
            return false;
          }
          changes.forEach(change -> apply(change, revision));
          writes.cursor(cursor);
          return true;
        });
  }

  private Optional<Cursor> newest() {
    return cursors().stream().findFirst();
  }

  private void apply(ConsentChange change, long revision) {
    Optional<ConsentState> before = state(change.key());
    if (change instanceof ConsentChange.Granted granted) {
      if (before.flatMap(ConsentState::grantTransaction).isEmpty()) {
        links.find(change.key().id()).ifPresent(link -> journal.granted(link, granted));
      }
      if (before.filter(state -> isSame(state, granted)).isEmpty()) {
        writes.granted(granted, revision);
      }
    } else if (change instanceof ConsentChange.Revoked revoked) {
      revoked(revoked, before, revision);
    }
  }

  private void revoked(ConsentChange.Revoked change, Optional<ConsentState> before, long revision) {
    if (before.filter(state -> state.record().revoked()).isEmpty()) {
      links
          .find(change.key().id())
          .ifPresent(link -> journal.revoked(link, change.key(), Optional.of(change.place())));
    }
    if (before.flatMap(ConsentState::revocation).isEmpty()) {
      writes.revoked(change, revision);
    }
  }

  private static boolean isSame(ConsentState state, ConsentChange.Granted granted) {
    ConsentRecord.Grant grant =
        new ConsentRecord.Grant(
            granted.termsHash(), granted.period(), granted.place().block().number());
    return state.record().grant().filter(grant::equals).isPresent()
        && state.grantTransaction().filter(granted.place().transaction()::equals).isPresent();
  }

  @Override
  public boolean unwind(Optional<Cursor> expected, Optional<Cursor> ancestor) {
    return locked(
        revision -> {
          if (!newest().equals(expected)) {
            return false;
          }
          writes.unwind(ancestor.map(at -> at.block().number()).orElse(-1L), revision);
          return true;
        });
  }

  @Override
  public Optional<ConsentRecord> find(ConsentKey key) {
    return state(key).map(ConsentState::record);
  }

  private Optional<ConsentState> state(ConsentKey key) {
    return named
        .sql("select * from consent_state where grantor = :grantor and ledger_id = :ledgerId")
        .param("grantor", key.grantor().hex())
        .param("ledgerId", key.id().value().bytes())
        .query((row, n) -> ConsentRows.state(row))
        .optional();
  }

  @Override
  public void revoke(ConsentKey key) {
    locked(
        revision -> {
          if (state(key).filter(state -> state.record().revoked()).isPresent()) {
            return false;
          }
          links.find(key.id()).ifPresent(link -> journal.revoked(link, key, Optional.empty()));
          writes.revokedHere(key, revision);
          return true;
        });
  }

  @Override
  public List<ConsentState> of(ConsentId ledgerId) {
    return jdbc
        .query(
            "select * from consent_state where ledger_id = ? order by grantor limit " + MAX_ROWS,
            (row, n) -> ConsentRows.readable(row, ConsentRows::state),
            ledgerId.value().bytes())
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public Map<ConsentId, List<ConsentState>> of(Collection<ConsentId> ledgerIds) {
    List<Optional<ConsentState>> rows =
        jdbc.query(
            "select * from consent_state where ledger_id = any(?)"
                + " order by grantor limit "
                + MANY_ROWS,
            ManyRows.of(ledgerIds).bytea(id -> id.value().bytes()).setter(),
            (row, n) -> ConsentRows.readable(row, ConsentRows::state));
    if (rows.size() == MANY_ROWS) {
      return ledgerIds.stream().distinct().collect(Collectors.toMap(id -> id, this::of));
    }
    return rows.stream()
        .flatMap(Optional::stream)
        .collect(Collectors.groupingBy(state -> state.record().key().id()));
  }

  @Override
  public long revision() {
    Long revision = jdbc.queryForObject("select revision from consent_follow", Long.class);
    long found = revision == null ? 0 : revision;
    seen.accumulateAndGet(found, Math::max);
    return found;
  }

  @Override
  public List<ConsentState> changedSince(long revision, Optional<ConsentKey> key) {
    String grantor = key.map(last -> last.grantor().hex()).orElse("");
    byte[] id = key.map(last -> last.id().value().bytes()).orElse(new byte[0]);
    return named
        .sql(
            "select * from consent_state where revision > :revision"
                + " or (revision = :of and (grantor > :grantor or (grantor = :grantor and ledger_id"
                + " > :ledgerId)))"
                + " order by revision, grantor, ledger_id limit "
                + MAX_ROWS)
        .param("revision", revision)
        .param("of", key.isPresent() ? revision : -1)
        .param("grantor", grantor)
        .param("ledgerId", id)
        .query((row, n) -> ConsentRows.state(row))
        .list();
  }

  @Override
  public List<LinkedConsent> linked(Optional<ConsentKey> after, int limit) {
    return linked.after(after, limit);
  }

  @Override
  public List<LinkedConsent> linked(Collection<ConsentKey> keys) {
    return keys.isEmpty() ? List.of() : linked.among(keys);
  }

  @Override
  public void correct(ConsentKey key, Optional<ConsentRecord.Grant> grant) {
    locked(
        revision -> {
          grant.ifPresentOrElse(
              granted -> writes.corrected(key, granted, revision),
              () -> writes.forget(key, revision));
          return true;
        });
  }

  /** What is to be done while nobody else writes; false for nothing done. */
  private interface Write {
    boolean with(long revision);
  }

  private boolean locked(Write write) {
    Boolean done =
        transactions.execute(
            status -> {
              long next = lock() + 1;
              boolean effect = write.with(next);
              if (effect) {
                jdbc.update("update consent_follow set revision = ?", next);
              }
              return effect;
            });
    return Boolean.TRUE.equals(done);
  }

  private long lock() {
    Long revision =
        jdbc.queryForObject(
            "select greatest(revision, coalesce((select max(s.revision) from consent_state s), 0))"
                + " from consent_follow where id = 1 for update",
            Long.class);
    if (revision == null) {
      throw new IllegalStateException("consent_follow: want one row, got none");
    }
    return seen.accumulateAndGet(revision, Math::max);
  }
}
