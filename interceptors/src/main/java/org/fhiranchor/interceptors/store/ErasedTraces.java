package org.fhiranchor.interceptors.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.erasure.ErasureRows;
import org.springframework.jdbc.core.JdbcTemplate;

/** What names an erased record beside the record itself and its leaves. */
record ErasedTraces(JdbcTemplate jdbc) {
  private static final String IN_NO_NAME = " ,;:()[]<>=|#?&\"";

  /** What a finding says: each name in it, also in an address, has a slash on both sides. */
  private static final String FINDING =
      "'/' || translate(place || ' ' || what, '%s', '%s') || '/'"
          .formatted(IN_NO_NAME, "/".repeat(IN_NO_NAME.length()));

  /** What is kept about these resources beside HAPI's own tables. */
  void ofResources(Collection<ErasureRows.Stored> resources) {
    update("delete from binary_reference where source = " + SqlErasureRows.ANY, resources);
    update("delete from binary_reference where target = " + SqlErasureRows.ANY, resources);
    update(
        "delete from hfj_binary_storage_blob where resource_id = " + SqlErasureRows.ANY, resources);
    update(
        "delete from hfj_resource_modified where resource_type || '/' || res_id = "
            + SqlErasureRows.ANY,
        resources);
    update(
        "delete from gate_binding where kind in ('BINARY', 'SUBSCRIPTION') and (case when kind ="
            + " 'BINARY' then 'Binary/' else 'Subscription/' end) || name = "
            + SqlErasureRows.ANY,
        resources);
    update(
        "delete from store_scan_finding where exists (select 1 from unnest(cast(? as varchar"
            + " array)) as k(name) where "
            + FINDING
            + " like '%/' || k.name || '/%')",
        resources);
  }

  private void update(String sql, Collection<ErasureRows.Stored> resources) {
    jdbc.update(sql, ManyRows.of(resources).varchar(ErasureRows.Stored::name).setter());
  }

  /** What is kept about the patient in tables of ours. */
  void ofSubject(PatientId patient) {
    String id = patient.value();
    jdbc.update(
        "delete from consent_state where ledger_id in (select l.ledger_id from consent_link l where"
            + " l.patient = ?)",
        id);
    jdbc.update("delete from consent_link where patient = ?", id);
    jdbc.update("delete from subject_key where patient = ?", id);
    jdbc.update("delete from subject_salt where patient = ?", id);
    jdbc.update("update ledger_call set patient = null where patient = ?", id);
    jdbc.update(
        "delete from store_scan_finding where what like 'patient: want ' || ? || ', got %' or what"
            + " like 'patient: want %, got ' || ?",
        id, id);
  }

  /** The results of searches, of everybody. */
  void ofSearches() {
    ofSearches("search_status <> 'LOADING'");
  }

  /** The same, of searches that began up to then. */
  void ofSearches(Instant until) {
    ofSearches("search_status <> 'LOADING' and created <= ?", Timestamp.from(until));
  }

  private void ofSearches(String which, Object... values) {
    String those = " (select pid from hfj_search where " + which + ")";
    jdbc.update("delete from hfj_search_result where search_pid in" + those, values);
    jdbc.update("delete from hfj_search_include where search_pid in" + those, values);
    jdbc.update("delete from hfj_search where " + which, values);
  }
}
