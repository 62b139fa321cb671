package org.fhiranchor.interceptors.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.replay.ConsentCandidates;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code consent_link}, and HAPI's table of versions. */
public record SqlConsentCandidates(JdbcClient jdbc) implements ConsentCandidates {
  private static final String LINKED =
      "select consent_id from consent_link where patient = :patient";

  /** A text that is stored in another column may name anybody. */
  private static final String WRITTEN_SINCE =
      "select distinct r.fhir_id from hfj_res_ver v join hfj_resource r on r.res_id = v.res_id"
          + " where r.res_type = 'Consent' and r.fhir_id is not null and v.res_updated > :since and"
          + " exists (select 1 from hfj_res_ver o where o.res_id = v.res_id and o.res_ver <"
          + " v.res_ver and o.res_updated <= :since and (o.res_text_vc is null or o.res_text_vc"
          + " like :named))";

  @Override
  public Set<ConsentResourceId> of(PatientId patient, Instant since, int most) {
    String limit = " limit " + (most + 1);
    Timestamp instant = Timestamp.from(since);
    Set<ConsentResourceId> found = new LinkedHashSet<>();
    jdbc.sql(LINKED + limit).param("patient", patient.value()).query(String.class).list().stream()
        .map(ConsentResourceId::new)
        .forEach(found::add);
    jdbc
        .sql(WRITTEN_SINCE + limit)
        .param("since", instant)
        .param("named", "%" + patient.reference() + "%")
        .query(String.class)
        .list()
        .stream()
        .map(ConsentResourceId::new)
        .forEach(found::add);
    return found;
  }
}
