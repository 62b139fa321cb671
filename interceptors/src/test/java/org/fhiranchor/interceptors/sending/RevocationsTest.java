package org.fhiranchor.interceptors.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.fhiranchor.interceptors.consent.following.ConsentJournal;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlCallQueue;
import org.fhiranchor.interceptors.store.SqlConsentLinks;
import org.fhiranchor.interceptors.store.SqlConsentStateStore;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.interceptors.store.SqlRevocations;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.ledger.sending.CallState;
import org.fhiranchor.ledger.sending.QueuedCall;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** TX-7: what an accepted revocation is, whatever becomes of its transaction. */
final class RevocationsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final ConsentKey KEY =
      new ConsentKey(
          Address.parse("0x" + "1".repeat(40)), new ConsentId(Digest.sha256(new byte[] {1})));

  private final JdbcDataSource data = new JdbcDataSource();

  @BeforeEach
  void tables() {
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(data);
  }

  private TransactionTemplate transactions() {
    return new TransactionTemplate(new DataSourceTransactionManager(data));
  }

  private SqlCallQueue queue() {
    return new SqlCallQueue(new JdbcTemplate(data), transactions(), new ChainId(1), Address.ZERO);
  }

  /** Another node, or this one after a restart. */
  private SqlConsentStateStore states() {
    SecureRandom random = new SecureRandom();
    JdbcTemplate jdbc = new JdbcTemplate(data);
    return new SqlConsentStateStore(
        jdbc,
        transactions(),
        new SqlConsentLinks(jdbc, random),
        new ConsentJournal(
            new SqlLogStore(
                jdbc,
                transactions(),
                new PendingSeal(LogSigningKey.generate("example.org/revoked", random))),
            random,
            Clock.systemUTC()),
        Address.ZERO);
  }

  private static LedgerCall call() {
    return new LedgerCall(
        CallKind.REVOCATION,
        LedgerCall.subject(CallKind.REVOCATION, KEY),
        Address.ZERO,
        Bytes.EMPTY,
        100_000,
        Optional.of(KEY),
        Optional.of(NOW.plus(Duration.ofHours(1))),
        Optional.empty());
  }

  private boolean isDenied() {
    return states().find(KEY).filter(ConsentRecord::revoked).isPresent();
  }

  @Test
  @DisplayName("TX-7 an accepted revocation is a stored deny and a queued call, on every node")
  void storesBoth() {
    new SqlRevocations(states(), queue(), transactions()).accept(KEY, call(), NOW);
    assertThat(isDenied()).isTrue();
    assertThat(queue().newest(call().subject())).isPresent();
    assertThat(queue().counts().waiting()).isEqualTo(1);
  }

  @Test
  @DisplayName("TX-7 the end of the signature does not lift the deny")
  void staysDeniedWhenTheSignatureEnds() {
    new SqlRevocations(states(), queue(), transactions()).accept(KEY, call(), NOW);
    QueuedCall waiting = queue().newest(call().subject()).orElseThrow();
    QueuedCall ended =
        new QueuedCall(
            waiting.id(),
            waiting.version() + 1,
            waiting.call(),
            CallState.EXPIRED,
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty(),
            NOW,
            NOW);
    assertThat(queue().replace(ended)).isTrue();
    assertThat(isDenied()).isTrue();
    assertThat(queue().counts().expired()).isEqualTo(1);
    states().unwind(Optional.empty(), Optional.empty());
    assertThat(isDenied()).isTrue();
  }

  @Test
  @DisplayName("TX-7 a revocation that cannot be queued is not accepted, and leaves nothing behind")
  void storesNoneOfBoth() {
    SqlRevocations revocations = new SqlRevocations(states(), queue(), transactions());
    new JdbcTemplate(data).execute("alter table ledger_call rename to gone");
    assertThatThrownBy(() -> revocations.accept(KEY, call(), NOW))
        .isInstanceOf(RuntimeException.class);
    assertThat(isDenied()).isFalse();
  }
}
