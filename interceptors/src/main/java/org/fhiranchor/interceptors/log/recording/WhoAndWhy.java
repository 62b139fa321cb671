package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.jspecify.annotations.Nullable;

/**
 * The facts of the who/why record: whose token it was, for which purposes, by which request. Writes
 * of the server itself have none of them, and a server that asks for no tokens knows no one. A fact
 * that is not known is left out.
 */
public final class WhoAndWhy implements Function<Optional<RequestDetails>, Map<String, String>> {
  @Override
  public Map<String, String> apply(Optional<RequestDetails> request) {
    Map<String, String> facts = new TreeMap<>();
    facts.put("v", "1");
    facts.put("writer", request.isPresent() ? "client" : "system");
    request.ifPresent(details -> addRequest(details, facts));
    request.flatMap(Requester::of).ifPresent(who -> addRequester(who, facts));
    return facts;
  }

  private static void addRequest(RequestDetails details, Map<String, String> facts) {
    put(facts, "requestId", details.getRequestId());
    put(facts, "userAgent", details.getHeader("User-Agent"));
  }

  private static void addRequester(Requester who, Map<String, String> facts) {
    put(facts, "subject", who.subject());
    who.clientId().ifPresent(client -> put(facts, "client", client));
    who.fhirUser().ifPresent(user -> put(facts, "user", user));
    who.organization().ifPresent(organization -> put(facts, "organization", organization));
    who.patient().ifPresent(patient -> put(facts, "patient", patient));
    put(
        facts,
        "purposes",
        who.purposes().stream()
            .map(purpose -> purpose.system() + "|" + purpose.code())
            .sorted()
            .collect(Collectors.joining(" ")));
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      facts.put(name, value);
    }
  }
}
