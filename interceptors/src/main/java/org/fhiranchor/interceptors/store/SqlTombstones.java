package org.fhiranchor.interceptors.store;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

  /** What another node has set is known here so soon. */
  private static final Duration AS_OF = Duration.ofSeconds(5);

  private final JdbcTemplate jdbc;
  private final Source source;
  private final SecureRandom random;
  private final InstantSource clock;
  private volatile boolean made;
  private volatile Known known = new Known(null, Set.of(), Instant.MIN);

  /**
   * The database.
   *
   * @param isThere whether it was made already
   * @param shared whether other nodes set tombstones in it as well: then it is read again and again
   */
  public record Source(DataSource data, BooleanSupplier isThere, boolean shared) {}

  /** Tombstones in this database. */
  public SqlTombstones(Source source, SecureRandom random, InstantSource clock) {
    this.jdbc = new JdbcTemplate(source.data());
    this.source = source;
    this.random = random;
    this.clock = clock;
    refresh();
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Known(byte @Nullable [] key, Set<String> tags, Instant read) {}

  @Override
  public boolean any() {
    return !known.tags().isEmpty();
  }

  @Override
  public void refresh() {
    Instant now = clock.instant();
    if (source.isThere().getAsBoolean()) {
      makeTables();
      known =
          new Known(
              key(), Set.copyOf(jdbc.queryForList("select tag from tombstone", String.class)), now);
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
    if (source.shared() && known.read().isBefore(clock.instant().minus(AS_OF))) {
      refresh();
    }
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
    makeTables();
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

  private void makeTables() {
    if (!made) {
      TABLES.forEach(jdbc::execute);
      made = true;
    }
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
