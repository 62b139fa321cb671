package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Subscription;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

final class SubscribedChangesTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);
  private final JdbcTemplate jdbc =
      new JdbcTemplate(
          new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1"));
  private final SubscribedChanges changes = new SubscribedChanges(jdbc, nanos::get);

  @BeforeEach
  void table() {
    jdbc.execute("create table hfj_resource (res_type varchar(40), res_deleted_at timestamp)");
    jdbc.update("insert into hfj_resource (res_type) values ('Observation')");
  }

  @Test
  @DisplayName("SRV-9 without a Subscription no change is handed on")
  void nobodyListens() {
    assertThat(observationIsHeard()).isFalse();
    later();
    assertThat(observationIsHeard()).isFalse();
  }

  @Test
  @DisplayName(
      "SRV-9 a Subscription that comes through this node counts at once, and so do changes")
  void comesThroughHere() {
    assertThat(observationIsHeard()).isFalse();

    assertThat(changes.mayBeHeard(new Subscription())).isTrue();

    assertThat(observationIsHeard()).isTrue();
    later();
    assertThat(observationIsHeard()).isTrue();
  }

  @Test
  @DisplayName("SRV-9 one that another node stored is found within a second, until it is deleted")
  void storedElsewhere() {
    assertThat(observationIsHeard()).isFalse();
    jdbc.update("insert into hfj_resource (res_type) values ('Subscription')");
    assertThat(observationIsHeard()).isFalse();
    later();
    assertThat(observationIsHeard()).isTrue();

    jdbc.update("update hfj_resource set res_deleted_at = now() where res_type = 'Subscription'");
    later();
    assertThat(observationIsHeard()).isFalse();
  }

  private void later() {
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
  }

  private boolean observationIsHeard() {
    return changes.mayBeHeard(new Observation());
  }
}
