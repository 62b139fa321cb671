package org.fhiranchor.interceptors.disclosure;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlDisclosureStore;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** How far back the log is read for the places of an accounting's lines. */
final class AccountingPlacesTest {
  private static final int RECORDS = 5_000;
  private static final int BLOCK = 1_000;
  private static final Instant FIRST = Instant.parse("2026-03-01T00:00:00Z");
  private static final PatientId PATIENT = new PatientId("often");

  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/log", random);
  private final AtomicInteger blocks = new AtomicInteger();

  private static DisclosureRecord record(int number) {
    JsonValue.Obj content = new JsonValue.Obj(Map.of("interaction", new JsonValue.Str("read")));
    return new DisclosureRecord(
        FIRST.plusSeconds(number), Optional.of(PATIENT), content, false, false);
  }

  private LogStore counted(LogStore log) {
    return (LogStore)
        Proxy.newProxyInstance(
            LogStore.class.getClassLoader(),
            new Class<?>[] {LogStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("disclosuresBefore")) {
                blocks.incrementAndGet();
              }
              return method.invoke(log, arguments);
            });
  }

  @Test
  @DisplayName("EXP-3 a record that waits for its number does not lead through all of the log")
  void waiting() throws Exception {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(h2);
    JdbcTemplate jdbc = new JdbcTemplate(h2);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(h2));
    LogStore log = new SqlLogStore(jdbc, transactions, new PendingSeal(key));
    SqlDisclosureStore store =
        new SqlDisclosureStore(
            jdbc, transactions, log, new PendingSeal(key), JournalContents.plain());
    SubjectTags tags = new SubjectTags(new byte[32]);
    DisclosureJournal journal =
        new DisclosureJournal(
            new DisclosureJournal.Parts(store, tags, random, Instant::now),
            new DisclosureJournal.Limits(BLOCK, BLOCK, Duration.ofMinutes(1), 60),
            () -> {});
    journal.start();
    journal.shows(IntStream.range(0, RECORDS).mapToObj(AccountingPlacesTest::record).toList());
    new Sequencer(log, key, RECORDS).sequence();
    journal.shows(List.of(record(RECORDS)));
    journal.stop();
    Accounting accounting = new Accounting(store, counted(log), tags);
    assertThat(numbers(accounting, 0))
        .containsExactly(Optional.empty(), Optional.of(5_000L), Optional.of(4_999L));
    assertThat(blocks.getAndSet(0)).isEqualTo(1);
    assertThat(numbers(accounting, RECORDS - 1)).containsExactly(Optional.of(2L), Optional.of(1L));
    assertThat(blocks.get()).isEqualTo(RECORDS / BLOCK);
  }

  private static List<Optional<Long>> numbers(Accounting accounting, int offset) {
    return accounting.of(PATIENT, DisclosureStore.Within.EVER, offset, 3).stream()
        .map(Accounting.Line::number)
        .toList();
  }
}
