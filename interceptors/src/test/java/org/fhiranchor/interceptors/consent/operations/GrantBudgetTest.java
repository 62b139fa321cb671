package org.fhiranchor.interceptors.consent.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlCallQueue;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.LedgerCall;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** TX-9: what a patient may cost in a day. */
@SuppressWarnings("NullAway.Init")
final class GrantBudgetTest {
  private static final Instant EVENING = Instant.parse("2026-11-28T23:50:00Z");
  private static final PatientId EAGER = new PatientId("eager");
  private static final BigInteger PLENTY = BigInteger.TEN.pow(18);

  private SqlCallQueue queue;

  @BeforeEach
  void tables() {
    JdbcDataSource data = new JdbcDataSource();
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(data);
    queue =
        new SqlCallQueue(
            new JdbcTemplate(data),
            new TransactionTemplate(new DataSourceTransactionManager(data)),
            new ChainId(1),
            Address.ZERO);
    queue.add(grant("one"), EVENING);
    queue.add(grant("two"), EVENING);
  }

  private static LedgerCall grant(String subject) {
    return LedgerCall.of(CallKind.GRANT, subject, Address.ZERO, Bytes.EMPTY, 70_000)
        .of(EAGER.value());
  }

  @Test
  @DisplayName("TX-9 the grant past a patient's limit is answered 429 with Retry-After")
  void refusesTheGrantPastTheLimit() {
    assertThatCode(() -> new GrantBudget(3, PLENTY).require(queue, EAGER, EVENING))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> new GrantBudget(2, PLENTY).require(queue, EAGER, EVENING))
        .isInstanceOfSatisfying(
            BaseServerResponseException.class,
            refusal -> {
              assertThat(refusal.getStatusCode()).isEqualTo(429);
              assertThat(refusal.getResponseHeaders()).containsEntry("Retry-After", List.of("601"));
            });
  }

  @Test
  @DisplayName("TX-9 a patient's limit is no other patient's, and ends with the day")
  void countsOnePatientAndOneDay() {
    GrantBudget budget = new GrantBudget(2, PLENTY);
    assertThatCode(() -> budget.require(queue, new PatientId("other"), EVENING))
        .doesNotThrowAnyException();
    assertThatCode(() -> budget.require(queue, EAGER, EVENING.plusSeconds(600)))
        .doesNotThrowAnyException();
  }

  @Test
  @DisplayName("TX-9 when the day's budget is spent, grants are answered 429")
  void refusesWhenTheBudgetIsSpent() {
    assertThatThrownBy(() -> new GrantBudget(9, BigInteger.ZERO).require(queue, EAGER, EVENING))
        .hasMessageContaining("the day's budget for the ledger is spent");
  }
}
