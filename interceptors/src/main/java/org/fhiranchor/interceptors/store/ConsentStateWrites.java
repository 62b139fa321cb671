package org.fhiranchor.interceptors.store;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.fhiranchor.interceptors.consent.following.ConsentStates;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.ledger.consent.Cursor;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The writes to the follower's tables, each within the transaction of the caller.
 *
 * @param contract whose events the cursors count
 */
record ConsentStateWrites(JdbcClient jdbc, Address contract) {
  private static final String WHICH = " where grantor = :grantor and ledger_id = :id";

  void granted(ConsentChange.Granted granted, long revision) {
    upsert(
        granted.key(),
        "terms_hash = :terms, not_before = :from, not_after = :to, grant_block = :block,"
            + " grant_transaction = :transaction, revision = :revision",
        update ->
            update
                .param("terms", granted.termsHash().bytes())
                .param("from", ConsentRows.notBefore(granted.period()))
                .param("to", ConsentRows.notAfter(granted.period()))
                .param("block", granted.place().block().number())
                .param("transaction", granted.place().transaction().value().bytes())
                .param("revision", revision));
  }

  void revoked(ConsentChange.Revoked revoked, long revision) {
    upsert(
        revoked.key(),
        "revoked = true, revoke_block = :block, revoke_transaction = :transaction,"
            + " revision = :revision",
        update ->
            update
                .param("block", revoked.place().block().number())
                .param("transaction", revoked.place().transaction().value().bytes())
                .param("revision", revision));
  }

  void revokedHere(ConsentKey key, long revision) {
    upsert(
        key, "revoked = true, revision = :revision", update -> update.param("revision", revision));
  }

  /** The transaction is not known: the registry's state does not have it. */
  void corrected(ConsentKey key, ConsentRecord.Grant grant, long revision) {
    upsert(
        key,
        "terms_hash = :terms, not_before = :from, not_after = :to, grant_block = :block,"
            + " revision = :revision",
        update ->
            update
                .param("terms", grant.termsHash().bytes())
                .param("from", ConsentRows.notBefore(grant.period()))
                .param("to", ConsentRows.notAfter(grant.period()))
                .param("block", grant.blockNumber())
                .param("revision", revision));
  }

  void forget(ConsentKey key, long revision) {
    upsert(
        key,
        "terms_hash = null, not_before = null, not_after = null, grant_block = null,"
            + " grant_transaction = null, revision = :revision",
        update -> update.param("revision", revision));
  }

  private void upsert(
      ConsentKey key, String assignments, UnaryOperator<JdbcClient.StatementSpec> values) {
    String update = "update consent_state set " + assignments + WHICH;
    if (values.apply(of(key, update)).update() == 0) {
      of(
              key,
              "insert into consent_state (grantor, ledger_id, revoked, revision) values"
                  + " (:grantor, :id, false, 0)")
          .update();
      values.apply(of(key, update)).update();
    }
  }

  private JdbcClient.StatementSpec of(ConsentKey key, String sql) {
    return jdbc.sql(sql)
        .param("grantor", key.grantor().hex())
        .param("id", key.id().value().bytes());
  }

  /** Revocations stay revoked; only where they were is forgotten. */
  void unwind(long block, long revision) {
    jdbc.sql(
            "update consent_state set terms_hash = null, not_before = null, not_after = null,"
                + " grant_block = null, grant_transaction = null, revision = :revision"
                + " where grant_block > :block")
        .param("revision", revision)
        .param("block", block)
        .update();
    jdbc.sql(
            "update consent_state set revoke_block = null, revoke_transaction = null,"
                + " revision = :revision where revoke_block > :block")
        .param("revision", revision)
        .param("block", block)
        .update();
    ofContract("delete from ledger_cursor where contract = :contract and block_number > :block")
        .param("block", block)
        .update();
  }

  private JdbcClient.StatementSpec ofContract(String sql) {
    return jdbc.sql(sql).param("contract", contract.hex());
  }

  void cursor(Cursor cursor) {
    ofContract("delete from ledger_cursor where contract = :contract and block_number = :block")
        .param("block", cursor.block().number())
        .update();
    ofContract(
            "insert into ledger_cursor (contract, block_number, block_hash, event_number) values"
                + " (:contract, :block, :hash, :number)")
        .param("block", cursor.block().number())
        .param("hash", cursor.block().hash().bytes())
        .param("number", cursor.number())
        .update();
    oldestKept().ifPresent(this::forgetBelow);
  }

  /** But for the very first one: another chain is told by it, however long it is. */
  private void forgetBelow(long oldest) {
    ofContract(
            "delete from ledger_cursor where contract = :contract and block_number < :oldest and"
                + " block_number > (select min(block_number) from ledger_cursor where contract ="
                + " :contract)")
        .param("oldest", oldest)
        .update();
  }

  private Optional<Long> oldestKept() {
    return ofContract(
            "select block_number from ledger_cursor where contract = :contract order by"
                + " block_number desc limit 1 offset "
                + (ConsentStates.KEPT_CURSORS - 1))
        .query(Long.class)
        .optional();
  }
}
