package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads the journal of a server as it stands in its table. */
final class JournalReader {
  private final GatedServer server;
  private final JdbcTemplate jdbc;

  JournalReader(GatedServer server) {
    this.server = server;
    jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
  }

  /** All records of a patient, oldest first; {@code ""} for those of nobody. */
  List<JsonNode> records(String patient) {
    Optional<PatientId> of =
        patient.isEmpty() ? Optional.empty() : Optional.of(new PatientId(patient));
    return jdbc
        .queryForList(
            "select content from disclosure where subject = ? order by disclosure_id",
            byte[].class,
            server.server().bean(SubjectTags.class).of(of).hex())
        .stream()
        .map(content -> parse(new String(content, UTF_8)))
        .toList();
  }

  static JsonNode parse(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  /** What a request adds to the journal, of one patient; {@code ""} for records of nobody. */
  List<JsonNode> added(String patient, Runnable request) {
    int before = records(patient).size();
    request.run();
    List<JsonNode> all = records(patient);
    return all.subList(before, all.size());
  }

  static String path(String url) {
    return url.substring(url.indexOf("/fhir") + 5).replaceFirst("^/", "");
  }
}
