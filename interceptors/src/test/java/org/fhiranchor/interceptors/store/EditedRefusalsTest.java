package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.fhiranchor.interceptors.disclosure.AccessRequester;
import org.fhiranchor.interceptors.disclosure.DisclosureJournal;
import org.fhiranchor.interceptors.disclosure.DisclosureRecord;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** DIS-5: an edited row of counted refusals stops no other one. */
final class EditedRefusalsTest {
  private static final Instant REFUSED = Instant.parse("2026-01-02T03:04:05Z");

  private final SecureRandom random = new SecureRandom();
  private final SubjectTags tags = new SubjectTags(new byte[32]);
  private final JdbcDataSource data = new JdbcDataSource();

  private static AccessRequester who(String subject) {
    return new AccessRequester(
        new Requester(
            subject,
            Optional.of("app"),
            Optional.of("Practitioner/" + subject),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            SmartScopes.parse("user/*.rs")),
        Optional.empty());
  }

  private SqlDisclosureStore store() {
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(data);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    LogSigningKey key = LogSigningKey.generate("example.org/log", random);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(data));
    PendingSeal seal = new PendingSeal(key);
    SqlLogStore log = new SqlLogStore(jdbc, transactions, seal);
    return new SqlDisclosureStore(jdbc, transactions, log, seal, JournalContents.plain());
  }

  private DisclosureJournal journal(DisclosureStore store, InstantSource clock) {
    DisclosureJournal journal =
        new DisclosureJournal(
            new DisclosureJournal.Parts(store, tags, random, clock),
            new DisclosureJournal.Limits(1_000, 200, Duration.ofSeconds(30), 0),
            () -> {});
    journal.start();
    return journal;
  }

  @ParameterizedTest
  @DisplayName("DIS-5 whose facts cannot be read is counted as such, and everybody else as ever")
  @CsvSource(
      delimiter = '|',
      value = {"\u0001{|1", "''|1", "[]|-9000000000000000000", "{\"requester\":[]}|1"})
  void editedFacts(String edited, long minute) throws InterruptedException {
    SqlDisclosureStore store = store();
    DisclosureJournal refusing = journal(store, () -> REFUSED);
    DisclosureRecord refusal =
        new DisclosureRecord(
            REFUSED,
            Optional.empty(),
            new JsonValue.Obj(Map.of("v", new JsonValue.Num("1"))),
            false,
            true);
    refusing.closed(who("ann"), List.of(refusal, refusal));
    refusing.closed(who("ed"), List.of(refusal, refusal, refusal));
    refusing.stop();
    JdbcTemplate jdbc = new JdbcTemplate(data);
    String ed =
        Objects.requireNonNull(
            jdbc.queryForObject(
                "select requester from disclosure_refusals where refusals = 3", String.class));
    jdbc.update(
        "update disclosure_refusals set content = ?, minute_of = ? where requester = ?",
        edited.getBytes(StandardCharsets.UTF_8),
        minute,
        ed);

    DisclosureJournal later = journal(store, () -> REFUSED.plus(Duration.ofMinutes(1)));
    await()
        .untilAsserted(
            () ->
                assertThat(store.of(tags.of(Optional.empty()), DisclosureStore.Within.EVER, 0, 9))
                    .hasSize(2));
    later.stop();

    assertThat(store.refusalsBefore(Long.MAX_VALUE)).isEmpty();
    assertThat(store.of(tags.of(Optional.empty()), DisclosureStore.Within.EVER, 0, 9))
        .extracting(DisclosureStore.Kept::json)
        .anySatisfy(json -> assertThat(json).contains("\"count\":2", "\"subject\":\"ann\""))
        .anySatisfy(
            json ->
                assertThat(json)
                    .contains("\"count\":3", "\"facts\":\"unreadable\"", ed)
                    .doesNotContain("\"subject\""));
  }
}
