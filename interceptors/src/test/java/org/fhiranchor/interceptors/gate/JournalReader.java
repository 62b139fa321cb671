package org.fhiranchor.interceptors.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.plain.JournalTexts;

/** Reads the journal of a server as it stands in its table. */
final class JournalReader {
  private final GatedServer server;
  private final JournalTexts texts;

  JournalReader(GatedServer server) {
    this.server = server;
    texts = new JournalTexts(server.server());
  }

  /** All records of a patient, oldest first; {@code ""} for those of nobody. */
  List<JsonNode> records(String patient) {
    Optional<PatientId> of =
        patient.isEmpty() ? Optional.empty() : Optional.of(new PatientId(patient));
    return texts.of(server.server().bean(SubjectTags.class).of(of).hex()).stream()
        .map(JournalReader::parse)
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
