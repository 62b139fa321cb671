package org.fhiranchor.interceptors.store;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.sending.CallState;
import org.fhiranchor.ledger.sending.QueuedCall;
import org.fhiranchor.merkle.Digest;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows of {@code ledger_call}, each write within the transaction of the caller. */
record CallRows(JdbcClient jdbc, long chain, String account) {
  private static final String INSERT =
      "insert into ledger_call (version, chain_id, account, kind, subject, open_subject, contract,"
          + " data, gas, grantor, ledger_id, deadline, patient, state, tries, created_millis,"
          + " changed_millis) values (0, :chain, :account, :kind, :subject, :subject, :contract,"
          + " :data, :gas, :grantor, :consent, :deadline, :patient, 'PLANNED', 0, :now, :now)";

  private static final String UPDATE =
      "update ledger_call set version = :version, open_subject = :openSubject, gas = :gas, data ="
          + " :data, deadline = :deadline, state = :state, nonce = :nonce, open_nonce = :openNonce,"
          + " transaction_hash = :hash, raw = :raw, max_fee_per_gas = :fee,"
          + " max_priority_fee_per_gas = :tip, tries = :tries, mined_block = :minedBlock, refusal ="
          + " :refusal, changed_millis = :changed where call_id = :id and version = :before";

  void insert(LedgerCall call, Instant now) {
    jdbc.sql(INSERT)
        .param("chain", chain)
        .param("account", account)
        .param("kind", call.kind().name())
        .param("subject", call.subject())
        .param("contract", call.to().hex())
        .param("data", call.data().toArray())
        .param("gas", call.gas())
        .param("grantor", call.consent().map(key -> key.grantor().hex()).orElse(null))
        .param("consent", call.consent().map(key -> key.id().value().bytes()).orElse(null))
        .param("deadline", call.deadline().map(Instant::getEpochSecond).orElse(null))
        .param("patient", call.patient().orElse(null))
        .param("now", now.toEpochMilli())
        .update();
  }

  /** Whether the stored version was the one before. */
  boolean update(QueuedCall next) {
    boolean finished = next.state().isFinished();
    Optional<SignedTransaction> signed = next.signed();
    return jdbc.sql(UPDATE)
            .param("version", next.version())
            .param("openSubject", finished ? null : next.call().subject())
            .param("gas", next.call().gas())
            .param("data", next.call().data().toArray())
            .param("deadline", next.call().deadline().map(Instant::getEpochSecond).orElse(null))
            .param("state", next.state().name())
            .param("nonce", next.nonce().orElse(null))
            .param("openNonce", finished ? null : next.nonce().orElse(null))
            .param("hash", signed.map(one -> one.hash().value().bytes()).orElse(null))
            .param("raw", signed.map(one -> one.raw().toArray()).orElse(null))
            .param("fee", signed.map(one -> wei(one.fees().maxFeePerGas())).orElse(null))
            .param("tip", signed.map(one -> wei(one.fees().maxPriorityFeePerGas())).orElse(null))
            .param("tries", next.tries())
            .param("minedBlock", next.minedBlock().orElse(null))
            .param("refusal", next.refusal().orElse(null))
            .param("changed", next.changed().toEpochMilli())
            .param("id", next.id())
            .param("before", next.version() - 1)
            .update()
        == 1;
  }

  private static BigDecimal wei(BigInteger amount) {
    return new BigDecimal(amount);
  }

  static QueuedCall read(ResultSet row) throws SQLException {
    Optional<Long> nonce = whole(row, "nonce");
    return new QueuedCall(
        row.getLong("call_id"),
        row.getLong("version"),
        call(row),
        CallState.valueOf(row.getString("state")),
        nonce,
        signed(row, nonce.orElse(0L)),
        row.getInt("tries"),
        whole(row, "mined_block"),
        Optional.ofNullable(row.getString("refusal")),
        Instant.ofEpochMilli(row.getLong("created_millis")),
        Instant.ofEpochMilli(row.getLong("changed_millis")));
  }

  private static LedgerCall call(ResultSet row) throws SQLException {
    return new LedgerCall(
        CallKind.valueOf(row.getString("kind")),
        row.getString("subject"),
        new Address(row.getString("contract")),
        Bytes.of(row.getBytes("data")),
        row.getLong("gas"),
        consent(row),
        whole(row, "deadline").map(Instant::ofEpochSecond),
        Optional.ofNullable(row.getString("patient")));
  }

  private static Optional<ConsentKey> consent(ResultSet row) throws SQLException {
    @Nullable String grantor = row.getString("grantor");
    byte @Nullable [] id = row.getBytes("ledger_id");
    return grantor == null || id == null
        ? Optional.empty()
        : Optional.of(new ConsentKey(new Address(grantor), new ConsentId(Digest.of(id))));
  }

  private static Optional<SignedTransaction> signed(ResultSet row, long nonce) throws SQLException {
    byte @Nullable [] raw = row.getBytes("raw");
    if (raw == null) {
      return Optional.empty();
    }
    Fees fees = new Fees(wei(row, "max_fee_per_gas"), wei(row, "max_priority_fee_per_gas"));
    TransactionHash hash = new TransactionHash(Digest.of(row.getBytes("transaction_hash")));
    return Optional.of(new SignedTransaction(hash, Bytes.of(raw), nonce, fees));
  }

  private static BigInteger wei(ResultSet row, String column) throws SQLException {
    return row.getBigDecimal(column).toBigIntegerExact();
  }

  private static Optional<Long> whole(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }
}
