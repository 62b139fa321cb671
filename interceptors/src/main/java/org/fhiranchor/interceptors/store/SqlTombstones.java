package org.fhiranchor.interceptors.store;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.erasure.ErasureOrder;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.SubjectTag;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tombstones in a small database of their own, with the key of their tags. A database that nobody
 * has made yet is made with the first tombstone.
 */
public final class SqlTombstones implements Tombstones {
  private static final List<String> TABLES =
      List.of(
          "create table if not exists erasure_key (id integer primary key, tag_key bytea not null)",
          "create table if not exists tombstone (tag varchar(64) primary key, set_millis bigint not"
              + " null, reason varchar(400) not null, basis varchar(400) not null, who varchar(400)"
              + " not null)");

  private final JdbcTemplate jdbc;
  private final BooleanSupplier isThere;
  private final SecureRandom random;
  private volatile Known known = new Known(null, Set.of());

  /**
   * Tombstones in this database.
   *
   * @param isThere whether the database was made already
   */
  public SqlTombstones(DataSource data, BooleanSupplier isThere, SecureRandom random) {
    this.jdbc = new JdbcTemplate(data);
    this.isThere = isThere;
    this.random = random;
    refresh();
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Known(byte @Nullable [] key, Set<String> tags) {}

  @Override
  public boolean any() {
    return !known.tags().isEmpty();
  }

  @Override
  public void refresh() {
    if (isThere.getAsBoolean()) {
      TABLES.forEach(jdbc::execute);
      known =
          new Known(
              key(), Set.copyOf(jdbc.queryForList("select tag from tombstone", String.class)));
    }
  }

  private byte @Nullable [] key() {
    return jdbc
        .query("select tag_key from erasure_key where id = 1", (row, n) -> row.getBytes(1))
        .stream()
        .findFirst()
        .orElse(null);
  }

  @Override
  public boolean has(PatientId patient) {
    Known now = known;
    return now.key() != null
        && now.tags().contains(SubjectTag.of(now.key(), patient.value()).hex());
  }

  @Override
  public Digest tag(PatientId patient) {
    byte[] key = known.key();
    if (key == null) {
      throw new IllegalStateException("no tombstone was ever set here");
    }
    return SubjectTag.of(key, patient.value());
  }

  @Override
  public Optional<ErasureOrder> order(PatientId patient) {
    return jdbc
        .query(
            "select set_millis, reason, basis, who from tombstone where tag = ?",
            (row, n) -> order(row),
            tag(patient).hex())
        .stream()
        .findFirst();
  }

  private static ErasureOrder order(ResultSet row) throws SQLException {
    return new ErasureOrder(
        Instant.ofEpochMilli(row.getLong(1)), row.getString(2), row.getString(3), row.getString(4));
  }

  @Override
  public synchronized void set(PatientId patient, ErasureOrder order) {
    TABLES.forEach(jdbc::execute);
    makeKey();
    refresh();
    if (has(patient)) {
      return;
    }
    try {
      jdbc.update(
          "insert into tombstone (tag, set_millis, reason, basis, who) values (?,?,?,?,?)",
          tag(patient).hex(),
          order.at().toEpochMilli(),
          order.reason(),
          order.basis(),
          order.who().substring(0, Math.min(400, order.who().length())));
    } catch (DuplicateKeyException another) {
      // Another node set it between our two looks: the first order stays.
      refresh();
      return;
    }
    refresh();
  }

  private void makeKey() {
    if (key() == null) {
      byte[] fresh = new byte[SubjectTag.KEY_LENGTH];
      random.nextBytes(fresh);
      try {
        jdbc.update("insert into erasure_key (id, tag_key) values (1, ?)", fresh);
      } catch (DuplicateKeyException another) {
        // Another node made it: that one counts.
        return;
      }
    }
  }
}
