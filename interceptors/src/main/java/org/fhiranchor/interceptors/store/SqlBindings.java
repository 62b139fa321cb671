package org.fhiranchor.interceptors.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.fhiranchor.interceptors.gate.decision.Bindings;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.SealKey;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@link Bindings} in the table {@code gate_binding}; joins a transaction that is under way. */
public final class SqlBindings implements Bindings {
  /** HAPI forgets a stored search after an hour, unless it is set otherwise. */
  private static final Duration LIFE_OF_A_PAGE = Duration.ofDays(7);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final SealKey seals;
  private final EditedRows edited;

  /**
   * Bindings in this database.
   *
   * @param key of the log: a row counts with a seal of its own alone (FOL-3)
   * @param edited told of rows without
   */
  public SqlBindings(JdbcTemplate jdbc, Clock clock, LogSigningKey key, EditedRows edited) {
    this.jdbc = JdbcClient.create(jdbc);
    this.clock = clock;
    this.seals = key.sealKey("gate_binding");
    this.edited = edited;
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
        // A row that was not sealed holds the place: whoever is answered now takes it over.
        rebind(kind, id, holder);
      }
    }
  }

  @Override
  public void rebind(Kind kind, String id, String holder) {
    int changed =
        jdbc.sql(
                "update gate_binding set holder = :holder, bound_at = :now, seal = :seal where kind"
                    + " = :kind and name = :name")
            .param("holder", holder)
            .param("now", now())
            .param("seal", seal(kind, id, holder))
            .param("kind", kind.name())
            .param("name", id)
            .update();
    if (changed == 0) {
      insert(kind, id, holder);
    }
  }

  @Override
  public Optional<String> holder(Kind kind, String id) {
    return jdbc
        .sql("select holder, seal from gate_binding where kind = :kind and name = :name")
        .param("kind", kind.name())
        .param("name", id)
        .query((row, n) -> holderIn(kind, id, row.getString(1), row.getBytes(2)))
        .list()
        .stream()
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> holderIn(Kind kind, String id, String holder, byte @Nullable [] seal) {
    boolean fits = seal != null && seals.fits(seal, parts(kind, id, holder));
    edited.looked(
        "gate_binding " + kind + " " + id,
        fits ? Optional.empty() : Optional.of("has no valid seal, it counts for nothing"));
    return fits ? Optional.of(holder) : Optional.empty();
  }

  private byte[] seal(Kind kind, String id, String holder) {
    return seals.seal(parts(kind, id, holder)).bytes();
  }

  private static byte[][] parts(Kind kind, String id, String holder) {
    return new byte[][] {kind.name().getBytes(UTF_8), id.getBytes(UTF_8), holder.getBytes(UTF_8)};
  }

  private void forgetOldPages() {
    jdbc.sql("delete from gate_binding where kind in (:page, :total) and bound_at < :old")
        .param("page", Kind.PAGE.name())
        .param("total", Kind.TOTAL.name())
        .param("old", Timestamp.from(clock.instant().minus(LIFE_OF_A_PAGE)))
        .update();
  }

  private void insert(Kind kind, String id, String holder) {
    jdbc.sql(
            "insert into gate_binding (kind, name, holder, bound_at, seal) values (:kind, :name,"
                + " :holder, :now, :seal)")
        .param("kind", kind.name())
        .param("name", id)
        .param("holder", holder)
        .param("now", now())
        .param("seal", seal(kind, id, holder))
        .update();
  }

  private Timestamp now() {
    return Timestamp.from(clock.instant());
  }
}
