package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.disclosure.AccessQuestion;

/**
 * What is there in one world alone, hidden from others, and a visible patient's all the same, as
 * the seeded records say by their references: that patient may know of it, and so may the patient's
 * records of the journal.
 *
 * @param patients by the id of each record, the patients whom it names
 */
record OwnHidden(Map<String, Set<String>> patients) {
  private static final Pattern PATIENT = Pattern.compile("(?:.*/)?(Patient/[A-Za-z0-9.-]+)");
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9.-]+");

  /** The id of a version's Provenance: whose the version is, that is too. */
  private static final Pattern OF_LOG = Pattern.compile("log\\.[A-Za-z]+\\.([^.]+)\\.[0-9]+");

  private static final String QUERY = "query";
  private static final String OF = "patient";

  OwnHidden {
    patients = Map.copyOf(patients);
  }

  static OwnHidden of(Records records) {
    Set<String> everywhere =
        records.everywhere().stream()
            .map(record -> record.path("id").asText())
            .collect(Collectors.toSet());
    Map<String, Set<String>> patients = new TreeMap<>();
    records.hidden().stream()
        .filter(record -> record.has("id") && !everywhere.contains(record.path("id").asText()))
        .forEach(
            record ->
                patients
                    .computeIfAbsent(record.path("id").asText(), first -> new TreeSet<>())
                    .addAll(named(record)));
    return new OwnHidden(patients);
  }

  private static Set<String> named(JsonNode record) {
    return record.findValuesAsText("reference").stream()
        .map(PATIENT::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The record as it is told where what is the patient's alone is not there: its ids are those of
   * another then.
   */
  JsonNode masked(JsonNode record) {
    if (!record.has(QUERY)) {
      return record;
    }
    String query =
        TOKEN
            .matcher(record.path(QUERY).asText())
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        isOfAlone(found.group(), record) ? AccessQuestion.ANOTHER : found.group()));
    return ((ObjectNode) record.deepCopy()).put(QUERY, query);
  }

  private boolean isOfAlone(String id, JsonNode record) {
    return of(id).equals(Set.of(record.path(OF).asText()));
  }

  /**
   * Whether it is the record of a search that found nothing, of a patient one of whose hidden
   * records the request names: where that is not there, nobody knows whose it would be (DIS-4).
   */
  boolean tells(JsonNode record, FuzzRequest request) {
    return record.has(QUERY)
        && record.path("outcome").asText().equals("shown")
        && record.path("count").asInt() == 0
        && record.path("resources").isEmpty()
        && names(record.path(OF).asText(), request);
  }

  private boolean names(String patient, FuzzRequest request) {
    String asked = decoded(request.pathAndQuery()) + " " + decoded(request.body());
    return TOKEN.matcher(asked).results().anyMatch(found -> of(found.group()).contains(patient));
  }

  private Set<String> of(String id) {
    return patients.getOrDefault(OF_LOG.matcher(id).replaceFirst("$1"), Set.of());
  }

  /** As it is where a percent sign is no escape. */
  private static String decoded(String text) {
    String safe = text.replaceAll("%(?![0-9A-Fa-f]{2})", "%25");
    return URLDecoder.decode(safe, StandardCharsets.UTF_8);
  }
}
