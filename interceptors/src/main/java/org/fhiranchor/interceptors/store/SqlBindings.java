package org.fhiranchor.interceptors.store;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.fhiranchor.interceptors.gate.decision.Bindings;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** {@link Bindings} in the table {@code gate_binding}; joins a transaction that is under way. */
public final class SqlBindings implements Bindings {
  /** HAPI forgets a stored search after an hour, unless it is set otherwise. */
  private static final Duration LIFE_OF_A_PAGE = Duration.ofDays(7);

  private final JdbcTemplate jdbc;
  private final Clock clock;

  /** Bindings in this database. */
  public SqlBindings(JdbcTemplate jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public void bind(Kind kind, String id, String holder) {
    if (holder(kind, id).isPresent()) {
      return;
    }
    if (kind == Kind.PAGE) {
      forgetOldPages();
    }
    try {
      insert(kind, id, holder);
    } catch (DuplicateKeyException another) {
      if (holder(kind, id).isEmpty()) {
        throw another;
      }
    }
  }

  @Override
  public void rebind(Kind kind, String id, String holder) {
    int changed =
        jdbc.update(
            "update gate_binding set holder = ?, bound_at = ? where kind = ? and name = ?",
            holder,
            now(),
            kind.name(),
            id);
    if (changed == 0) {
      insert(kind, id, holder);
    }
  }

  @Override
  public Optional<String> holder(Kind kind, String id) {
    return jdbc
        .queryForList(
            "select holder from gate_binding where kind = ? and name = ?",
            String.class,
            kind.name(),
            id)
        .stream()
        .findFirst();
  }

  private void forgetOldPages() {
    jdbc.update(
        "delete from gate_binding where kind = ? and bound_at < ?",
        Kind.PAGE.name(),
        Timestamp.from(clock.instant().minus(LIFE_OF_A_PAGE)));
  }

  private void insert(Kind kind, String id, String holder) {
    jdbc.update(
        "insert into gate_binding (kind, name, holder, bound_at) values (?, ?, ?, ?)",
        kind.name(),
        id,
        holder,
        now());
  }

  private Timestamp now() {
    return Timestamp.from(clock.instant());
  }
}
