package org.fhiranchor.interceptors.store;

import java.util.Optional;
import org.fhiranchor.interceptors.consent.following.ConsentStates;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.ledger.consent.Cursor;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The writes to the follower's tables, each within the transaction of the caller.
 *
 * @param contract whose events the cursors count
 */
record ConsentStateWrites(JdbcTemplate jdbc, Address contract) {
  private static final String WHICH = " where grantor = ? and ledger_id = ?";

  void granted(ConsentChange.Granted granted, long revision) {
    upsert(
        granted.key(),
        "terms_hash = ?, not_before = ?, not_after = ?, grant_block = ?, grant_transaction = ?,"
            + " revision = ?",
        granted.termsHash().bytes(),
        ConsentRows.notBefore(granted.period()),
        ConsentRows.notAfter(granted.period()),
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

  /** The transaction is not known: the registry's state does not have it. */
  void corrected(ConsentKey key, ConsentRecord.Grant grant, long revision) {
    upsert(
        key,
        "terms_hash = ?, not_before = ?, not_after = ?, grant_block = ?, revision = ?",
        grant.termsHash().bytes(),
        ConsentRows.notBefore(grant.period()),
        ConsentRows.notAfter(grant.period()),
        grant.blockNumber(),
        revision);
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
    jdbc.update(
        "delete from ledger_cursor where contract = ? and block_number > ?", contract.hex(), block);
  }

  void cursor(Cursor cursor) {
    jdbc.update(
        "delete from ledger_cursor where contract = ? and block_number = ?",
        contract.hex(),
        cursor.block().number());
    jdbc.update(
        "insert into ledger_cursor (contract, block_number, block_hash, event_number) values"
            + " (?,?,?,?)",
        contract.hex(),
        cursor.block().number(),
        cursor.block().hash().bytes(),
        cursor.number());
    oldestKept().ifPresent(this::forgetBelow);
  }

  /** But for the very first one: another chain is told by it, however long it is. */
  private void forgetBelow(long oldest) {
    jdbc.update(
        "delete from ledger_cursor where contract = ? and block_number < ? and block_number >"
            + " (select min(block_number) from ledger_cursor where contract = ?)",
        contract.hex(),
        oldest,
        contract.hex());
  }

  private Optional<Long> oldestKept() {
    return jdbc
        .queryForList(
            "select block_number from ledger_cursor where contract = ? order by block_number desc"
                + " limit 1 offset "
                + (ConsentStates.KEPT_CURSORS - 1),
            Long.class,
            contract.hex())
        .stream()
        .findFirst();
  }
}
