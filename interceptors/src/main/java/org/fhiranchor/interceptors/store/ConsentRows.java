package org.fhiranchor.interceptors.store;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.ConsentLink;
import org.fhiranchor.interceptors.consent.following.ConsentState;
import org.fhiranchor.interceptors.consent.following.Preparation;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.ledger.consent.Cursor;
import org.fhiranchor.ledger.consent.LinkedConsent;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rows of the consent tables to values. */
final class ConsentRows {
  private static final Logger LOG = LoggerFactory.getLogger(ConsentRows.class);

  private ConsentRows() {}

  /** Makes a value of a row. */
  @FunctionalInterface
  interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  /**
   * Empty for a row that holds what this server never writes. It counts for nothing, which can deny
   * but not permit, and keeps nobody from reading the others (FOL-3).
   */
  static <T> Optional<T> readable(ResultSet row, Reading<T> reading) throws SQLException {
    try {
      return Optional.of(reading.of(row));
    } catch (IllegalArgumentException | ArithmeticException | NullPointerException damaged) {
      LOG.warn(
          "a row of the consent tables is damaged and counts for nothing exception={}",
          damaged.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  static ConsentState state(ResultSet row) throws SQLException {
    ConsentKey key =
        new ConsentKey(new Address(row.getString("grantor")), ledgerId(row.getBytes("ledger_id")));
    return new ConsentState(
        new ConsentRecord(key, grant(row), row.getBoolean("revoked")),
        transaction(row.getBytes("grant_transaction")),
        revocation(row),
        row.getLong("revision"));
  }

  private static Optional<ConsentRecord.Grant> grant(ResultSet row) throws SQLException {
    byte[] terms = row.getBytes("terms_hash");
    return terms == null
        ? Optional.empty()
        : Optional.of(
            new ConsentRecord.Grant(Digest.of(terms), period(row), row.getLong("grant_block")));
  }

  private static Optional<ConsentState.Revocation> revocation(ResultSet row) throws SQLException {
    Optional<Long> block = number(row, "revoke_block");
    Optional<TransactionHash> transaction = transaction(row.getBytes("revoke_transaction"));
    return block.flatMap(at -> transaction.map(hash -> new ConsentState.Revocation(at, hash)));
  }

  static Cursor cursor(ResultSet row) throws SQLException {
    BlockRef block =
        new BlockRef(row.getLong("block_number"), Digest.of(row.getBytes("block_hash")));
    return new Cursor(block, row.getLong("event_number"));
  }

  /** Of the grantor in the column {@code address}, with the row of the two where there is one. */
  static LinkedConsent linked(ResultSet row) throws SQLException {
    ConsentKey key =
        new ConsentKey(new Address(row.getString("address")), ledgerId(row.getBytes("link_id")));
    boolean known = row.getString("grantor") != null;
    boolean asked = key.grantor().hex().equals(row.getString("prepared_grantor"));
    return new LinkedConsent(
        key,
        known
            ? Optional.of(new ConsentRecord(key, grant(row), row.getBoolean("revoked")))
            : Optional.empty(),
        asked
            ? Optional.of(
                new LinkedConsent.Terms(
                    Digest.of(row.getBytes("prepared_terms")),
                    period(row, "prepared_not_before", "prepared_not_after")))
            : Optional.empty());
  }

  static ConsentLink link(ResultSet row) throws SQLException {
    return new ConsentLink(
        new ConsentResourceId(row.getString("consent_id")),
        new PatientId(row.getString("patient")),
        ledgerId(row.getBytes("ledger_id")),
        Salt.of(row.getBytes("salt")),
        preparation(row));
  }

  private static Optional<Preparation> preparation(ResultSet row) throws SQLException {
    String grantor = row.getString("grantor");
    return grantor == null
        ? Optional.empty()
        : Optional.of(
            new Preparation(
                new Address(grantor),
                Digest.of(row.getBytes("terms_hash")),
                period(row),
                row.getLong("deadline")));
  }

  static SubjectKey subjectKey(ResultSet row) throws SQLException {
    return new SubjectKey(
        new Address(row.getString("address")),
        Optional.ofNullable(row.getBytes("sealed")).map(Bytes::of),
        row.getLong("bound_block"),
        number(row, "removed_block"));
  }

  private static ConsentPeriod period(ResultSet row) throws SQLException {
    return period(row, "not_before", "not_after");
  }

  private static ConsentPeriod period(ResultSet row, String notBefore, String notAfter)
      throws SQLException {
    return new ConsentPeriod(
        seconds(row, notBefore).orElse(ConsentPeriod.ALWAYS.notBeforeSeconds()),
        seconds(row, notAfter).orElse(ConsentPeriod.ALWAYS.notAfterSeconds()));
  }

  private static Optional<BigInteger> seconds(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getBigDecimal(column)).map(BigDecimal::toBigIntegerExact);
  }

  /** The column's value for the start; null for no bound. */
  static @Nullable BigDecimal notBefore(ConsentPeriod period) {
    return period.notBeforeSeconds().signum() == 0
        ? null
        : new BigDecimal(period.notBeforeSeconds());
  }

  /** The column's value for the end; null for no bound. */
  static @Nullable BigDecimal notAfter(ConsentPeriod period) {
    return period.isEndless() ? null : new BigDecimal(period.notAfterSeconds());
  }

  private static Optional<Long> number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }

  private static org.fhiranchor.ledger.ConsentId ledgerId(byte[] bytes) {
    return new org.fhiranchor.ledger.ConsentId(Digest.of(bytes));
  }

  private static Optional<TransactionHash> transaction(byte @Nullable [] bytes) {
    return Optional.ofNullable(bytes).map(Digest::of).map(TransactionHash::new);
  }
}
