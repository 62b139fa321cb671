package org.fhiranchor.interceptors.store;

import java.util.Optional;
import org.fhiranchor.interceptors.consent.following.ConsentStates;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The writes to the follower's tables, each within the transaction of the caller. */
record ConsentStateWrites(JdbcTemplate jdbc) {
  private static final String WHICH = " where grantor = ? and ledger_id = ?";

  void granted(ConsentChange.Granted granted, long revision) {
    upsert(
        granted.key(),
        "terms_hash = ?, not_before = ?, not_after = ?, grant_block = ?, grant_transaction = ?,"
            + " revision = ?",
        granted.termsHash().bytes(),
        ConsentRows.seconds(granted.period().notBefore()),
        ConsentRows.seconds(granted.period().notAfter()),
        granted.place().block().number(),
        granted.place().transaction().value().bytes(),
        revision);
  }

  void revoked(ConsentChange.Revoked revoked, long revision) {
    upsert(
        revoked.key(),
        "revoked = true, revoke_block = ?, revoke_transaction = ?, revision = ?",
        revoked.place().block().number(),
        revoked.place().transaction().value().bytes(),
        revision);
  }

  void revokedHere(ConsentKey key, long revision) {
    upsert(key, "revoked = true, revision = ?", revision);
  }

  void forget(ConsentKey key, long revision) {
    upsert(
        key,
        "terms_hash = null, not_before = null, not_after = null, grant_block = null,"
            + " grant_transaction = null, revision = ?",
        revision);
  }

  private void upsert(ConsentKey key, String assignments, @Nullable Object... values) {
    @Nullable Object[] all = new Object[values.length + 2];
    System.arraycopy(values, 0, all, 0, values.length);
    all[values.length] = key.grantor().hex();
    all[values.length + 1] = key.id().value().bytes();
    String update = "update consent_state set " + assignments + WHICH;
    if (jdbc.update(update, all) == 0) {
      jdbc.update(
          "insert into consent_state (grantor, ledger_id, revoked, revision) values (?,?,false,0)",
          key.grantor().hex(),
          key.id().value().bytes());
      jdbc.update(update, all);
    }
  }

  /** Revocations stay revoked; only where they were is forgotten. */
  void unwind(long block, long revision) {
    jdbc.update(
        "update consent_state set terms_hash = null, not_before = null, not_after = null,"
            + " grant_block = null, grant_transaction = null, revision = ? where grant_block > ?",
        revision,
        block);
    jdbc.update(
        "update consent_state set revoke_block = null, revoke_transaction = null, revision = ?"
            + " where revoke_block > ?",
        revision,
        block);
    jdbc.update("delete from ledger_cursor where block_number > ?", block);
  }

  void cursor(BlockRef cursor) {
    jdbc.update("delete from ledger_cursor where block_number = ?", cursor.number());
    jdbc.update(
        "insert into ledger_cursor (block_number, block_hash) values (?,?)",
        cursor.number(),
        cursor.hash().bytes());
    oldestKept()
        .ifPresent(
            oldest -> jdbc.update("delete from ledger_cursor where block_number < ?", oldest));
  }

  private Optional<Long> oldestKept() {
    return jdbc
        .queryForList(
            "select block_number from ledger_cursor order by block_number desc limit 1 offset "
                + (ConsentStates.KEPT_CURSORS - 1),
            Long.class)
        .stream()
        .findFirst();
  }
}
