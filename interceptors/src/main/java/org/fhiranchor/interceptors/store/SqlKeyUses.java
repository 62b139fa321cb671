package org.fhiranchor.interceptors.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.BoundKey;
import org.fhiranchor.interceptors.consent.following.KeyUses;
import org.fhiranchor.interceptors.consent.following.PasskeyUse;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.merkle.Digest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Columns of {@code subject_key} that decide nothing about a consent. */
public final class SqlKeyUses implements KeyUses {
  private static final int ELIGIBLE = 1;
  private static final int BACKED_UP = 2;

  private final JdbcClient jdbc;

  /** In this database. */
  public SqlKeyUses(JdbcTemplate jdbc) {
    this.jdbc = JdbcClient.create(jdbc);
  }

  @Override
  public List<BoundKey> of(PatientId patient) {
    return jdbc
        .sql("select * from subject_key where patient = :patient order by binding_id desc")
        .param("patient", patient.value())
        .query((row, n) -> ConsentRows.readable(row, SqlKeyUses::bound))
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private static BoundKey bound(ResultSet row) throws SQLException {
    return new BoundKey(
        ConsentRows.subjectKey(row),
        Optional.ofNullable(row.getObject("bound_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant),
        use(row));
  }

  private static Optional<PasskeyUse> use(ResultSet row) throws SQLException {
    long count = row.getLong("sign_count");
    if (row.wasNull()) {
      return Optional.empty();
    }
    int flags = row.getInt("backup_flags");
    return Optional.of(
        new PasskeyUse(
            count,
            (flags & ELIGIBLE) != 0,
            (flags & BACKED_UP) != 0,
            Digest.of(row.getBytes("last_signature"))));
  }

  @Override
  public boolean keep(PatientId patient, Address address, PasskeyUse use) {
    long behind = Math.max(1, use.signCount());
    // The row's own count is asked too: PostgreSQL looks again at that one alone, when another use
    // is committed while this one waits for the row.
    int kept =
        jdbc.sql(
                "update subject_key set sign_count = :count, backup_flags = :flags, last_signature"
                    + " = :signature where patient = :patient and address = :address and"
                    + " (sign_count is null or sign_count < :behind or last_signature = :signature)"
                    + " and not exists (select 1 from subject_key other where other.patient ="
                    + " :patient and other.address = :address and other.sign_count >= :behind and"
                    + " other.last_signature <> :signature)")
            .param("count", use.signCount())
            .param(
                "flags", (use.backupEligible() ? ELIGIBLE : 0) | (use.backedUp() ? BACKED_UP : 0))
            .param("signature", use.signature().bytes())
            .param("patient", patient.value())
            .param("address", address.hex())
            .param("behind", behind)
            .update();
    return kept > 0 || !isKnown(patient, address);
  }

  private boolean isKnown(PatientId patient, Address address) {
    return jdbc.sql(
            "select 1 from subject_key where patient = :patient and address = :address fetch first"
                + " 1 rows only")
        .param("patient", patient.value())
        .param("address", address.hex())
        .query(Integer.class)
        .optional()
        .isPresent();
  }
}
