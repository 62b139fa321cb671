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

/** Columns of {@code subject_key} that decide nothing about a consent. */
public final class SqlKeyUses implements KeyUses {
  private static final int ELIGIBLE = 1;
  private static final int BACKED_UP = 2;

  private final JdbcTemplate jdbc;

  /** In this database. */
  public SqlKeyUses(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<BoundKey> of(PatientId patient) {
    return jdbc
        .query(
            "select * from subject_key where patient = ? order by binding_id desc",
            (row, n) -> ConsentRows.readable(row, SqlKeyUses::bound),
            patient.value())
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

  /**
   * The row's own count is asked for again where another signature held the row meanwhile; what the
   * other rows of the key have noted holds for a new one too.
   */
  @Override
  public boolean keep(PatientId patient, Address address, PasskeyUse use) {
    long behind = Math.max(1, use.signCount());
    int kept =
        jdbc.update(
            "update subject_key set sign_count = ?, backup_flags = ?, last_signature = ? where"
                + " patient = ? and address = ? and (sign_count is null or sign_count < ? or"
                + " last_signature = ?) and not exists (select 1 from subject_key other"
                + " where other.patient = ? and other.address = ? and other.sign_count >= ? and"
                + " other.last_signature <> ?)",
            use.signCount(),
            (use.backupEligible() ? ELIGIBLE : 0) | (use.backedUp() ? BACKED_UP : 0),
            use.signature().bytes(),
            patient.value(),
            address.hex(),
            behind,
            use.signature().bytes(),
            patient.value(),
            address.hex(),
            behind,
            use.signature().bytes());
    return kept > 0 || !isKnown(patient, address);
  }

  private boolean isKnown(PatientId patient, Address address) {
    return !jdbc.queryForList(
            "select 1 from subject_key where patient = ? and address = ? fetch first 1 rows only",
            patient.value(),
            address.hex())
        .isEmpty();
  }
}
