package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Set;

/**
 * One way to refuse: this status, an OperationOutcome with one issue that says this, and nothing
 * else.
 */
record Refusal(int status, String says) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ANSWERS = Set.of("batch-response", "transaction-response");

  /** Whether an answer, or every entry of one to a batch, is this refusal. */
  boolean is(Answer answer) {
    if (answer.status() == 200) {
      return isEveryEntry(json(answer.body()));
    }
    boolean bodiless = answer.body().isEmpty();
    return answer.status() == status && (bodiless || isOutcome(json(answer.body())));
  }

  private boolean isEveryEntry(JsonNode bundle) {
    JsonNode entries = bundle.path("entry");
    return ANSWERS.contains(bundle.path("type").asText())
        && !entries.isEmpty()
        && entries.valueStream().allMatch(this::isEntry);
  }

  private boolean isEntry(JsonNode entry) {
    JsonNode response = entry.path("response");
    return entry.size() == 1
        && response.size() == 2
        && response.path("status").asText().startsWith(status + " ")
        && isOutcome(response.path("outcome"));
  }

  private boolean isOutcome(JsonNode body) {
    JsonNode issues = body.path("issue");
    return body.path("resourceType").asText().equals("OperationOutcome")
        && body.size() == 2
        && issues.size() == 1
        && issues.path(0).size() == 3
        && issues.path(0).path("diagnostics").asText().equals(says);
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
