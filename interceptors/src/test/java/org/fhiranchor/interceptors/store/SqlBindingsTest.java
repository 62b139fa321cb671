package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.fhiranchor.interceptors.gate.decision.Bindings.Kind;
import org.fhiranchor.interceptors.gate.search.PageLinks;
import org.fhiranchor.interceptors.identity.Requesters;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who holds what, on H2. */
final class SqlBindingsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static final LogSigningKey KEY =
      LogSigningKey.generate("example.org/bindings", new SecureRandom());

  private final EditedRows edited = new EditedRows();
  private final JdbcDataSource dataSource = new JdbcDataSource();

  @BeforeEach
  void tables() {
    dataSource.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(dataSource);
  }

  private SqlBindings at(Instant instant) {
    return new SqlBindings(
        new JdbcTemplate(dataSource), Clock.fixed(instant, ZoneOffset.UTC), KEY, edited);
  }

  @Test
  @DisplayName("G3 a page link stays with whoever got it first")
  void firstHolderStays() {
    at(NOW).bind(Kind.PAGE, "page", "one");
    at(NOW).bind(Kind.PAGE, "page", "other");
    assertThat(at(NOW).holder(Kind.PAGE, "page")).contains("one");
  }

  @Test
  @DisplayName("G3 page links of last week are forgotten, subscriptions are not")
  void forgetsOldPages() {
    at(NOW).bind(Kind.PAGE, "old", "one");
    at(NOW).rebind(Kind.SUBSCRIPTION, "kept", "one");
    Instant later = NOW.plus(Duration.ofDays(8));
    at(later).bind(Kind.PAGE, "new", "one");
    assertThat(at(later).holder(Kind.PAGE, "old")).isEmpty();
    assertThat(at(later).holder(Kind.PAGE, "new")).contains("one");
    assertThat(at(later).holder(Kind.SUBSCRIPTION, "kept")).contains("one");
  }

  private static Bundle page(int total) {
    Bundle page = new Bundle();
    page.addLink().setRelation("next").setUrl("http://here/fhir?_getpages=search&_count=1");
    return total < 0 ? page : page.setTotal(total);
  }

  @ParameterizedTest
  @DisplayName("DIS-4 a page says the total where the answer that began the search did, else none")
  @ValueSource(ints = {-1, 2})
  void totalOfAPage(int first) {
    PageLinks links = new PageLinks(at(NOW));
    Requester who = Requesters.with("user/*.rs");
    Bundle began = page(first);
    links.bind(began, who);
    Bundle second = page(2);
    links.bind(second, who);
    assertThat(began.hasTotal()).isEqualTo(first >= 0);
    assertThat(second.hasTotal()).isEqualTo(first >= 0);
  }

  @Test
  @DisplayName("FOL-3 a holder that somebody edited, or inserted, holds nothing and is named")
  void countsSealedRowsAlone() {
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    at(NOW).rebind(Kind.SUBSCRIPTION, "mine", "one");
    at(NOW).rebind(Kind.SUBSCRIPTION, "other", "two");
    jdbc.update("update gate_binding set holder = 'two' where name = 'mine'");
    jdbc.update(
        "insert into gate_binding (kind, name, holder, bound_at, seal) select 'PAGE', name, holder,"
            + " bound_at, seal from gate_binding where name = 'other'");
    assertThat(at(NOW).holder(Kind.SUBSCRIPTION, "mine")).isEmpty();
    assertThat(at(NOW).holder(Kind.PAGE, "other")).isEmpty();
    assertThat(edited.named())
        .containsExactlyInAnyOrder(
            "gate_binding SUBSCRIPTION mine: has no valid seal, it counts for nothing",
            "gate_binding PAGE other: has no valid seal, it counts for nothing");
    at(NOW).rebind(Kind.SUBSCRIPTION, "mine", "one");
    at(NOW).bind(Kind.PAGE, "other", "one");
    assertThat(at(NOW).holder(Kind.SUBSCRIPTION, "mine")).contains("one");
    assertThat(at(NOW).holder(Kind.PAGE, "other")).contains("one");
    assertThat(edited.named()).isEmpty();
  }
}
