package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.fhiranchor.interceptors.gate.decision.Bindings.Kind;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who holds what, on H2. */
final class SqlBindingsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final JdbcDataSource dataSource = new JdbcDataSource();

  @BeforeEach
  void tables() {
    dataSource.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(dataSource);
  }

  private SqlBindings at(Instant instant) {
    return new SqlBindings(new JdbcTemplate(dataSource), Clock.fixed(instant, ZoneOffset.UTC));
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
}
