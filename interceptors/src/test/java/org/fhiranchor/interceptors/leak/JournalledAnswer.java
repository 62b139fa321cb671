package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the journal must say of an answer (DIS-1, DIS-4).
 *
 * @param id of the request, as the server named it
 * @param asker the token's subject; empty without a token
 * @param batch whether each entry has records of its own
 * @param write whether it changes one resource: whatever its status, it tells of what it left as it
 *     was
 * @param status HTTP status
 * @param shown visible patients of whom the answer holds a resource; empty when its JSON breaks off
 */
record JournalledAnswer(
    String id,
    String asker,
    boolean batch,
    boolean write,
    int status,
    Optional<Set<String>> shown) {
  private static final Set<String> WRITES = Set.of("PUT", "PATCH", "DELETE");

  /** The patients of whom both worlds hold the same. */
  static final Set<String> VISIBLE =
      Set.of("Patient/visible-Patient", "Patient/labelled-Patient", "Patient/launched-Patient");

  static JournalledAnswer of(FuzzRequest request, Answer answer) {
    return new JournalledAnswer(
        answer.header("x-request-id"),
        request.persona().claims().isEmpty() ? "" : request.persona().subject(),
        request.method().equals("POST") && request.path().isEmpty(),
        WRITES.contains(request.method()),
        answer.status(),
        answer.body().startsWith("{") ? patients(answer.body()) : Optional.of(Set.of()));
  }

  private static Optional<Set<String>> patients(String body) {
    Set<String> patients = new TreeSet<>();
    try {
      resources(BodyGrammar.JSON.readTree(body))
          .forEach(resource -> patients.addAll(named(resource)));
    } catch (JsonProcessingException brokenOff) {
      return Optional.empty(); // a finding, which misfit tells
    }
    patients.retainAll(VISIBLE);
    return Optional.of(patients);
  }

  private static Stream<JsonNode> resources(JsonNode answer) {
    return answer.path("resourceType").asText().equals("Bundle")
        ? answer.path("entry").valueStream().map(entry -> entry.path("resource"))
        : Stream.of(answer);
  }

  private static Set<String> named(JsonNode resource) {
    return Set.copyOf(
        List.of(
            resource.path("resourceType").asText() + "/" + resource.path("id").asText(),
            resource.at("/subject/reference").asText(),
            resource.at("/patient/reference").asText()));
  }

  /** How the records of this request do not fit the answer; empty when they do. */
  Optional<String> misfit(List<JsonNode> records) {
    if (shown.isEmpty()) {
      return Optional.of("the answer's JSON breaks off");
    }
    long refused = count(records, "refused");
    long told = count(records, "shown");
    if (refused + told != records.size()
        || records.stream().anyMatch(one -> !one.at("/requester/subject").asText().equals(asker))) {
      return Optional.of("another requester or outcome: " + records);
    }
    if (asker.isEmpty() || status == 401) {
      return unless(records.isEmpty(), "want no record, got " + records);
    }
    if (batch) {
      return missing(records);
    }
    if (status == 403 || status == 404 || status == 410) {
      return unless(
          refused + (write ? told : 0) > 0 && (write || told == 0),
          "want a refusal, got " + records);
    }
    if (status >= 400) {
      return unless(write || told == 0, "want nothing shown, got " + records);
    }
    return refused > 0 ? Optional.of("want no refusal, got " + records) : missing(records);
  }

  private Optional<String> missing(List<JsonNode> records) {
    Set<String> left = new TreeSet<>(shown.orElseThrow());
    records.stream()
        .filter(record -> record.path("outcome").asText().equals("shown"))
        .forEach(record -> left.remove(record.path("patient").asText()));
    return unless(left.isEmpty(), "want records of what was shown of " + left + ", got " + records);
  }

  private static Optional<String> unless(boolean fits, String says) {
    return fits ? Optional.empty() : Optional.of(says);
  }

  private static long count(List<JsonNode> records, String outcome) {
    return records.stream()
        .filter(record -> record.path("outcome").asText().equals(outcome))
        .count();
  }
}
