package org.fhiranchor.interceptors.consent.following;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.OtherNames;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.store.SqlStoredTexts;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a node that starts takes roles for, over a database that somebody edited (FOL-3). */
final class HeldRolesTest {
  private static final RunningServer SERVER = RunningServer.shared();
  private static final OtherNames ALL =
      new OtherNames(Set.of("PractitionerRole/held-role", "Organization/held-clinic"), true);

  private final JdbcTemplate jdbc = new JdbcTemplate(SERVER.bean(DataSource.class));
  private final EditedRows edited = new EditedRows();

  @BeforeAll
  static void seed() {
    put("Organization/held-clinic", "");
    put("Practitioner/held-doc", "");
    put("Practitioner/held-other", "");
    put(
        "PractitionerRole/held-role",
        ",\"practitioner\":{\"reference\":\"Practitioner/held-doc\"},\"organization\":{\"reference\":\"Organization/held-clinic\"}");
    // who edits before there is a leaf is told by nothing
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                SERVER
                    .fhir("GET", "PractitionerRole/held-role/$verify", "")
                    .body()
                    .contains("\"verified\""));
  }

  private static void put(String name, String more) {
    String[] parts = name.split("/", -1);
    String json = "{\"resourceType\":\"%s\",\"id\":\"%s\"%s}".formatted(parts[0], parts[1], more);
    assertThat(SERVER.fhir("PUT", name, json).statusCode()).isBetween(200, 299);
  }

  private SamePerson starting() {
    SamePerson people = unloaded();
    people.load();
    return people;
  }

  private SamePerson unloaded() {
    return new SamePerson(
        new StoredRoles(
            SERVER.bean(DaoRegistry.class),
            SERVER.bean(IHapiTransactionService.class),
            new SqlStoredTexts(jdbc),
            SERVER.bean(ConfirmedLeaves.class),
            SERVER.bean(LocalReferences.class)),
        edited);
  }

  private static OtherNames names(SamePerson people, String who) {
    return people.of(Set.of("Practitioner/" + who));
  }

  private long role() {
    Long number =
        jdbc.queryForObject(
            "select res_id from hfj_resource where res_type = 'PractitionerRole' and fhir_id ="
                + " 'held-role'",
            Long.class);
    assertThat(number).isNotNull();
    return number;
  }

  @Test
  @DisplayName("DENY-7 nobody's names are known before the roles were read")
  void atFirst() {
    assertThat(names(unloaded(), "held-doc").known()).isFalse();
  }

  @Test
  @DisplayName("FOL-3 whoever deletes rows of an index takes no role away")
  void withoutIndex() {
    long role = role();
    List<Object[]> taken =
        jdbc.query(
            "select pid, target_resource_id from hfj_res_link where src_resource_id = ?",
            (row, n) -> new Object[] {row.getLong(2), row.getLong(1)},
            role);
    assertThat(taken).hasSize(2);
    jdbc.update(
        "update hfj_res_link set target_resource_id = null where src_resource_id = ?", role);
    try {
      assertThat(names(starting(), "held-doc")).isEqualTo(ALL);
    } finally {
      jdbc.batchUpdate("update hfj_res_link set target_resource_id = ? where pid = ?", taken);
    }
  }

  @Test
  @DisplayName("FOL-3 a role that was edited or taken away is denied with anybody until it fits")
  void editedOrGone() {
    long role = role();
    for (String edit :
        List.of(
            "update hfj_resource set res_deleted_at = res_updated where res_id = ?",
            "update hfj_resource set fhir_id = 'held-moved' where res_id = ?",
            "update hfj_res_ver set res_text_vc = replace(res_text_vc, 'held-doc', 'held-other')"
                + " where res_id = ?")) {
      jdbc.update(edit, role);
      SamePerson people;
      try {
        people = starting();
        assertThat(names(people, "held-doc").known()).as(edit).isFalse();
        assertThat(names(people, "held-other").known()).as(edit).isFalse();
        assertThat(edited.named()).as(edit).anyMatch(one -> one.contains("held-role"));
      } finally {
        restore(role);
      }
      people.recheck();
      assertThat(names(people, "held-doc")).as(edit).isEqualTo(ALL);
      assertThat(edited.named()).as(edit).noneMatch(one -> one.contains("held-role"));
    }
  }

  private void restore(long role) {
    jdbc.update(
        "update hfj_resource set res_deleted_at = null, fhir_id = 'held-role' where res_id = ?",
        role);
    jdbc.update(
        "update hfj_res_ver set res_text_vc = replace(res_text_vc, 'held-other', 'held-doc') where"
            + " res_id = ?",
        role);
  }
}
