package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.store.CommitSettings;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;
import org.springframework.jdbc.core.JdbcTemplate;

/** What health says of a database that does not wait for its disk. */
final class CommitHealthTest {
  private static Health health(DataSource data) {
    return new CommitHealthIndicator(new CommitSettings(new JdbcTemplate(data))).health();
  }

  @Test
  @DisplayName(
      "DIS-7 what is off on PostgreSQL is named in health, also where a role or database says so")
  void named() {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      JdbcTemplate jdbc = new JdbcTemplate(postgres);
      String database = jdbc.queryForObject("select current_database()", String.class);
      for (String commit : List.of("on", "off", "local")) {
        jdbc.execute("alter database " + database + " set synchronous_commit = " + commit);
        Health health = health(postgres);
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        // The cluster of all tests runs without the other two.
        assertThat(health.getDetails().get("off"))
            .as(commit)
            .isEqualTo(
                commit.equals("off")
                    ? List.of("fsync", "synchronous_commit", "full_page_writes")
                    : List.of("fsync", "full_page_writes"));
        assertThat(health.getDetails()).containsKey("degraded");
      }
    }
  }

  @Test
  @DisplayName("DIS-7 H2 has no such settings, and health names none")
  void h2() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    assertThat(health(h2)).isEqualTo(Health.up().build());
  }
}
