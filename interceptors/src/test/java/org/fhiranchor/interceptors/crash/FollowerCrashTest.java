package org.fhiranchor.interceptors.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.ConsentJournal;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlConsentLinks;
import org.fhiranchor.interceptors.store.SqlConsentStateStore;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.ledger.consent.Cursor;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.SqlProvider;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** ARCHITECTURE.md section 6, the follower's rows, on the SQL that keeps its state. */
final class FollowerCrashTest {
  private static final Address CONTRACT = Address.parse("0x" + "c".repeat(40));
  private static final Address PATIENT_KEY = Address.parse("0x" + "1".repeat(40));
  private static final Cursor FIRST = block(7, "first");
  private static final Cursor SECOND = block(8, "second");

  private final JdbcDataSource data = new JdbcDataSource();
  private final SecureRandom random = new SecureRandom();
  private final AtomicBoolean dying = new AtomicBoolean();

  @BeforeEach
  void tables() {
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(data);
    LogSigningKey key = LogSigningKey.generate("example.org/follower", random);
    AnchorSchema.openLog(new JdbcTemplate(data), key.verifierKey());
  }

  @Test
  @DisplayName("CG-5 a follower that dies before its cursor is written has applied nothing")
  void diesBetweenEventAndCursor() {
    ConsentChange.Granted granted = granted(FIRST);
    dying.set(true);
    assertThatThrownBy(() -> states().apply(Optional.empty(), List.of(granted), FIRST))
        .isInstanceOf(Death.class);
    dying.set(false);
    assertThat(states().find(granted.key())).isEmpty();
    assertThat(states().cursors()).isEmpty();
    assertThat(log().pendingCount()).isZero();
    assertThat(states().apply(Optional.empty(), List.of(granted), FIRST)).isTrue();
    assertThat(grant(granted)).isPresent();
    assertThat(log().pendingCount()).isEqualTo(1);
  }

  @Test
  @DisplayName("CG-5 an event that is applied twice changes nothing and makes one leaf")
  void appliesTwice() {
    ConsentChange.Granted granted = granted(FIRST);
    states().apply(Optional.empty(), List.of(granted), FIRST);
    Optional<ConsentRecord> once = states().find(granted.key());
    assertThat(states().apply(Optional.of(FIRST), List.of(granted, granted), SECOND)).isTrue();
    assertThat(states().find(granted.key())).isEqualTo(once);
    assertThat(log().pendingCount()).isEqualTo(1);
  }

  @Test
  @DisplayName("CG-5 unwinds what a dropped block granted, and dies on the way without effect")
  void unwindsADroppedBlock() {
    ConsentChange.Granted granted = granted(SECOND);
    states().apply(Optional.empty(), List.of(), FIRST);
    states().apply(Optional.of(FIRST), List.of(granted), SECOND);
    dying.set(true);
    assertThatThrownBy(() -> states().unwind(Optional.of(SECOND), Optional.of(FIRST)))
        .isInstanceOf(Death.class);
    dying.set(false);
    assertThat(grant(granted)).isPresent();
    assertThat(states().cursors()).containsExactly(SECOND, FIRST);
    assertThat(states().unwind(Optional.of(SECOND), Optional.of(FIRST))).isTrue();
    assertThat(grant(granted)).isEmpty();
    assertThat(states().cursors()).containsExactly(FIRST);
  }

  private Optional<ConsentRecord.Grant> grant(ConsentChange.Granted granted) {
    return states().find(granted.key()).flatMap(ConsentRecord::grant);
  }

  private ConsentChange.Granted granted(Cursor block) {
    return new ConsentChange.Granted(
        new ConsentKey(
            PATIENT_KEY, links().open(new ConsentResourceId("c"), new PatientId("p")).ledgerId()),
        digest("terms"),
        ConsentPeriod.ALWAYS,
        1,
        new ConsentChange.Place(block.block(), 0, new TransactionHash(digest("transaction"))));
  }

  private SqlConsentLinks links() {
    return new SqlConsentLinks(new JdbcTemplate(data), random);
  }

  private LogStore log() {
    return new SqlLogStore(
        new JdbcTemplate(data),
        transactions(),
        new PendingSeal(LogSigningKey.generate("example.org/follower", random)));
  }

  /** A new process: nothing but the tables is carried over. */
  private SqlConsentStateStore states() {
    return new SqlConsentStateStore(
        new DyingJdbc(data, dying),
        transactions(),
        links(),
        new ConsentJournal(log(), random, Clock.systemUTC()),
        CONTRACT);
  }

  private TransactionTemplate transactions() {
    return new TransactionTemplate(new DataSourceTransactionManager(data));
  }

  private static Cursor block(long number, String name) {
    return new Cursor(new BlockRef(number, digest(name)), 1);
  }

  private static Digest digest(String name) {
    return Digest.sha256(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Nobody catches it. */
  private static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Dies at the first touch of the cursors. */
  private static final class DyingJdbc extends JdbcTemplate {
    private final AtomicBoolean dying;

    DyingJdbc(DataSource data, AtomicBoolean dying) {
      super(data);
      this.dying = dying;
    }

    @Override
    public int update(PreparedStatementCreator creator) {
      if (dying.get()
          && creator instanceof SqlProvider statement
          && String.valueOf(statement.getSql()).contains("ledger_cursor")) {
        throw new Death();
      }
      return super.update(creator);
    }
  }
}
