package org.fhiranchor.interceptors.store;

import java.util.function.Consumer;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.export.PatientResources;
import org.fhiranchor.merkle.ResourceKey;
import org.springframework.jdbc.core.JdbcTemplate;

/** What HAPI's table of links says of a patient: what was deleted since is not in it. */
public final class SqlPatientResources implements PatientResources {
  private static final String LINKED =
      "select distinct r.res_type, r.fhir_id from hfj_resource p join hfj_res_link l on"
          + " l.target_resource_id = p.res_id join hfj_resource r on r.res_id = l.src_resource_id"
          + " where p.res_type = 'Patient' and p.fhir_id = ?";

  private final JdbcTemplate jdbc;

  /** Reads with this template. */
  public SqlPatientResources(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void each(PatientId patient, Consumer<ResourceKey> resource) {
    resource.accept(new ResourceKey("Patient", patient.value()));
    jdbc.query(
        LINKED,
        row -> {
          String type = row.getString(1);
          String id = row.getString(2);
          if (!type.equals("Patient") || !patient.value().equals(id)) {
            resource.accept(new ResourceKey(type, id));
          }
        },
        patient.value());
  }
}
