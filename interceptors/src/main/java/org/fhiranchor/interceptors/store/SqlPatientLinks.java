package org.fhiranchor.interceptors.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.gate.search.PatientLinks;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * HAPI's tables {@code HFJ_RES_LINK} and {@code HFJ_RESOURCE}. A link with a target's key was made
 * from a relative reference in the resource (another server's have a URL instead), which makes the
 * patient an owner; that the patient may be deleted meanwhile changes nothing.
 */
public final class SqlPatientLinks implements PatientLinks {
  private static final String LINKS =
      "select h.id as resource, p.fhir_id as patient from unnest(cast(? as bigint array)) as h(id)"
          + " join hfj_res_link l on l.src_resource_id = h.id join hfj_resource p on p.res_id ="
          + " l.target_resource_id where l.target_resource_type = 'Patient' and"
          + " l.source_resource_type not in ('Binary', 'Bundle', 'Subscription') union all select"
          + " h.id, p.fhir_id from unnest(cast(? as bigint array)) as h(id) join hfj_resource p on"
          + " p.res_id = h.id where p.res_type = 'Patient'";

  private final JdbcTemplate jdbc;

  public SqlPatientLinks(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<Link> of(Collection<Long> resources) {
    return jdbc
        .query(
            LINKS,
            ManyRows.of(resources).bigint(id -> id).bigint(id -> id).setter(),
            (row, n) -> link(row.getLong("resource"), row.getString("patient")))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /** Empty for what cannot be the id of a patient; HAPI once left the id out. */
  private static Optional<Link> link(long resource, @Nullable String patient) {
    return Optional.ofNullable(patient)
        .filter(PatientId::isValid)
        .map(id -> new Link(resource, new PatientId(id)));
  }
}
