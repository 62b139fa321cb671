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
import org.springframework.jdbc.core.JdbcTemplate;

/** Rows of {@code ledger_call}, each write within the transaction of the caller. */
record CallRows(JdbcTemplate jdbc, long chain, String account) {
  void insert(LedgerCall call, Instant now) {
    jdbc.update(
        "insert into ledger_call (version, chain_id, account, kind, subject, open_subject,"
            + " contract, data, gas, grantor, ledger_id, deadline, patient, state, tries,"
            + " created_millis, changed_millis) values (0,?,?,?,?,?,?,?,?,?,?,?,?,'PLANNED',0,?,?)",
        chain,
        account,
        call.kind().name(),
        call.subject(),
        call.subject(),
        call.to().hex(),
        call.data().toArray(),
        call.gas(),
        call.consent().map(key -> key.grantor().hex()).orElse(null),
        call.consent().map(key -> key.id().value().bytes()).orElse(null),
        call.deadline().map(Instant::getEpochSecond).orElse(null),
        call.patient().orElse(null),
        now.toEpochMilli(),
        now.toEpochMilli());
  }

  /** Whether the stored version was the one before. */
  boolean update(QueuedCall next) {
    boolean finished = next.state().isFinished();
    return jdbc.update(
            "update ledger_call set version = ?, open_subject = ?, gas = ?, state = ?, nonce = ?,"
                + " open_nonce = ?, transaction_hash = ?, raw = ?, max_fee_per_gas = ?,"
                + " max_priority_fee_per_gas = ?, tries = ?, mined_block = ?, refusal = ?,"
                + " changed_millis = ? where call_id = ? and version = ?",
            next.version(),
            finished ? null : next.call().subject(),
            next.call().gas(),
            next.state().name(),
            next.nonce().orElse(null),
            finished ? null : next.nonce().orElse(null),
            next.signed().map(signed -> signed.hash().value().bytes()).orElse(null),
            next.signed().map(signed -> signed.raw().toArray()).orElse(null),
            next.signed().map(signed -> new BigDecimal(signed.fees().maxFeePerGas())).orElse(null),
            next.signed()
                .map(signed -> new BigDecimal(signed.fees().maxPriorityFeePerGas()))
                .orElse(null),
            next.tries(),
            next.minedBlock().orElse(null),
            next.refusal().orElse(null),
            next.changed().toEpochMilli(),
            next.id(),
            next.version() - 1)
        == 1;
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
