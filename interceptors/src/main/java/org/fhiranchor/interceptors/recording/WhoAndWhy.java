package org.fhiranchor.interceptors.recording;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The facts of the who/why record that every request has; system writes have none of them. */
public final class WhoAndWhy implements Function<Optional<RequestDetails>, Map<String, String>> {
  @Override
  public Map<String, String> apply(Optional<RequestDetails> request) {
    Map<String, String> facts = new TreeMap<>();
    facts.put("v", "1");
    facts.put("writer", request.isPresent() ? "client" : "system");
    request.ifPresent(details -> addRequest(details, facts));
    return facts;
  }

  private static void addRequest(RequestDetails details, Map<String, String> facts) {
    put(facts, "requestId", details.getRequestId());
    put(facts, "userAgent", details.getHeader("User-Agent"));
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      facts.put(name, value);
    }
  }
}
