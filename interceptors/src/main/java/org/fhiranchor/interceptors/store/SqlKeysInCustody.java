package org.fhiranchor.interceptors.store;

import org.springframework.jdbc.core.JdbcTemplate;

/** Patients' keys that the server keeps. */
public record SqlKeysInCustody(JdbcTemplate jdbc) {
  /**
   * Whether one is bound now, so that its patient cannot sign without the key it is sealed with.
   */
  public boolean areThere() {
    Long found =
        jdbc.queryForObject(
            "select count(*) from (select 1 from subject_key where sealed is not null and"
                + " removed_block is null limit 1) one",
            Long.class);
    return found != null && found > 0;
  }
}
