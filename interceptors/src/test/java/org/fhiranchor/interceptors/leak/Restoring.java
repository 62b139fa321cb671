package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Puts back what requests changed or deleted of the records that every world begins with. Only
 * these are written: a record that has the version it had when it was last looked at is as it was.
 */
final class Restoring {
  private static final String VERSIONS =
      "select RES_TYPE, FHIR_ID, RES_VER from HFJ_RESOURCE where FHIR_ID in (%s)";

  private final Seeding seeding;
  private final JdbcTemplate database;
  private final List<JsonNode> records;
  private final String question;
  private Map<String, Long> known;

  Restoring(Seeding seeding, DataSource database, Records records) {
    this.seeding = seeding;
    this.database = new JdbcTemplate(database);
    this.records = records.everywhere();
    question =
        VERSIONS.formatted(
            this.records.stream()
                .map(Restoring::name)
                .map(name -> "'" + name.substring(name.indexOf('/') + 1) + "'")
                .distinct()
                .collect(Collectors.joining(",")));
    known = versions();
  }

  void restore() {
    Map<String, Long> now = versions();
    if (now.equals(known)) {
      return;
    }
    records.stream()
        .filter(record -> !Objects.equals(now.get(name(record)), known.get(name(record))))
        .forEach(seeding::write);
    known = versions();
  }

  private Map<String, Long> versions() {
    Map<String, Long> versions = new HashMap<>();
    database.query(
        question,
        row -> {
          versions.put(
              row.getString("RES_TYPE") + "/" + row.getString("FHIR_ID"), row.getLong("RES_VER"));
        });
    return versions;
  }

  private static String name(JsonNode record) {
    return record.has("delete")
        ? record.get("delete").asText()
        : record.get("resourceType").asText() + "/" + record.get("id").asText();
  }
}
