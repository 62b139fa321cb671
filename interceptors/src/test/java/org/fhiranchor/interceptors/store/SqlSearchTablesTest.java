package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.gate.search.PatientLinks.Link;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** What is read of HAPI's tables, in the words of both databases; the columns are HAPI's. */
final class SqlSearchTablesTest {
  private static final List<String> PATHS = List.of("Observation.subject", "Observation.focus");
  private static final int MOST = 5;

  @Test
  @DisplayName("GATE-5 links to patients, and resources without any, are read from H2")
  void onH2() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    reads(h2);
  }

  @Test
  @DisplayName("GATE-5 links to patients, and resources without any, are read from PostgreSQL")
  void onPostgres() {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      reads(postgres);
    }
  }

  private static void reads(DataSource dataSource) {
    AnchorSchema.migrate(dataSource);
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    tables(jdbc);
    resource(jdbc, 1, "Patient", "one");
    resource(jdbc, 2, "Patient", null);
    resource(jdbc, 3, "Practitioner", "doc");
    for (int id = 10; id < 16; id++) {
      resource(jdbc, id, "Observation", "o" + id);
    }
    link(jdbc, 10, "Observation", "Observation.subject", "Patient", 1L);
    link(jdbc, 11, "Observation", "Observation.subject", "Patient", 2L);
    link(jdbc, 12, "Observation", "Observation.performer", "Practitioner", 3L);
    link(jdbc, 13, "Observation", "Observation.subject", "Patient", null);
    link(jdbc, 14, "Observation", "Observation.other", "Patient", 1L);
    jdbc.update("update hfj_resource set res_deleted_at = current_timestamp where res_id = 15");
    resource(jdbc, 20, "Bundle", "b");
    link(jdbc, 20, "Bundle", "Bundle.entry", "Patient", 1L);

    PatientId one = new PatientId("one");
    assertThat(new SqlPatientLinks(jdbc).of(List.of(1L, 2L, 3L, 10L, 11L, 12L, 13L, 14L, 20L)))
        .containsExactlyInAnyOrder(new Link(1, one), new Link(10, one), new Link(14, one));
    unlinked(jdbc);
  }

  private static void unlinked(JdbcTemplate jdbc) {
    SqlUnlinkedResources resources = new SqlUnlinkedResources(jdbc);
    Set<String> all = Set.of("o12", "o13", "o14");
    assertThat(resources.all("Observation", PATHS, MOST)).contains(all);
    assertThat(resources.all("Observation", PATHS, all.size())).contains(all);
    assertThat(resources.all("Observation", PATHS, all.size() - 1)).isEmpty();
    leaf(jdbc, 0, "o12");
    leaf(jdbc, 1, "o13");
    leaf(jdbc, 2, "o10");
    jdbc.update(
        "insert into anchor_pending (statement, salt, chain) values (?,?,?)",
        new byte[1],
        new byte[1],
        "resource:Observation/o14");
    assertThat(resources.changed("Observation", PATHS, 1, MOST)).contains(Set.of("o13", "o14"));
    assertThat(resources.changed("Observation", PATHS, 3, MOST)).contains(Set.of("o14"));
    assertThat(resources.changed("Observation", PATHS, 1, 1)).isEmpty();
    assertThat(resources.changed("Condition", PATHS, 0, MOST)).contains(Set.of());
  }

  private static void leaf(JdbcTemplate jdbc, long index, String id) {
    jdbc.update(
        "insert into anchor_leaf (leaf_index, chain, kind, statement, salt, commitment) values"
            + " (?,?,?,?,?,?)",
        index,
        "resource:Observation/" + id,
        "ResourceVersion",
        new byte[1],
        new byte[1],
        new byte[1]);
  }

  private static void tables(JdbcTemplate jdbc) {
    jdbc.execute(
        "create table hfj_resource (res_id bigint primary key, res_type varchar(40), fhir_id"
            + " varchar(64), res_deleted_at timestamp)");
    jdbc.execute(
        "create table hfj_res_link (src_resource_id bigint, source_resource_type varchar(40),"
            + " src_path varchar(500), target_resource_type varchar(40), target_resource_id"
            + " bigint)");
  }

  private static void resource(JdbcTemplate jdbc, long key, String type, @Nullable String id) {
    jdbc.update(
        "insert into hfj_resource (res_id, res_type, fhir_id) values (?,?,?)", key, type, id);
  }

  private static void link(
      JdbcTemplate jdbc,
      long from,
      String fromType,
      String path,
      String toType,
      @Nullable Long to) {
    jdbc.update("insert into hfj_res_link values (?,?,?,?,?)", from, fromType, path, toType, to);
  }
}
