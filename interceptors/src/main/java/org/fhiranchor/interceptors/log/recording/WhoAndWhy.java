package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.jspecify.annotations.Nullable;

/**
 * The facts of the who/why record: whose token it was, in which roles, for which purposes, by which
 * request. Writes of the server itself have none of them, and a server that asks for no tokens
 * knows no one. A fact that is not known is left out. Format 1, of before, has no roles.
 */
public final class WhoAndWhy implements Function<Optional<RequestDetails>, Map<String, String>> {
  static final String WRITER = "writer";
  static final String SYSTEM = "system";
  static final String USER = "user";
  static final String PATIENT = "patient";

  /** Every token has at least one; those of a token without a special right are {@link #PERSON}. */
  static final String ROLES = "roles";

  static final String OPERATOR = "operator";
  static final String REGISTRAR = "registrar";
  static final String BACK_END_SERVICE = "service";
  private static final String PERSON = "person";
  private static final String FORMAT = "2";

  @Override
  public Map<String, String> apply(Optional<RequestDetails> request) {
    Map<String, String> facts = new TreeMap<>();
    Optional<Requester> requester = request.flatMap(Requester::of);
    facts.put("v", FORMAT);
    facts.put(WRITER, isOfServer(request, requester) ? SYSTEM : "client");
    request.ifPresent(details -> addRequest(details, facts));
    requester.ifPresent(who -> addRequester(who, facts));
    return facts;
  }

  /** A job of the server, or code around it: nobody's request led to it. */
  private static boolean isOfServer(
      Optional<RequestDetails> request, Optional<Requester> requester) {
    return requester.isEmpty() && request.map(SystemRequestDetails.class::isInstance).orElse(true);
  }

  private static void addRequest(RequestDetails details, Map<String, String> facts) {
    put(facts, "requestId", details.getRequestId());
    put(facts, "userAgent", details.getHeader("User-Agent"));
  }

  private static void addRequester(Requester who, Map<String, String> facts) {
    put(facts, "subject", who.subject());
    put(facts, ROLES, roles(who));
    who.clientId().ifPresent(client -> put(facts, "client", client));
    who.fhirUser().ifPresent(user -> put(facts, USER, user));
    who.organization().ifPresent(organization -> put(facts, "organization", organization));
    who.patient().ifPresent(patient -> put(facts, PATIENT, patient));
    put(
        facts,
        "purposes",
        who.purposes().stream()
            .map(purpose -> purpose.system() + "|" + purpose.code())
            .sorted()
            .collect(Collectors.joining(" ")));
  }

  private static String roles(Requester who) {
    Set<String> roles = new TreeSet<>();
    if (who.has(Role.OPERATOR)) {
      roles.add(OPERATOR);
    }
    if (who.has(Role.REGISTRAR)) {
      roles.add(REGISTRAR);
    }
    if (who.isBackEndService()) {
      roles.add(BACK_END_SERVICE);
    }
    if (roles.isEmpty()) {
      roles.add(who.self().isPresent() ? PATIENT : PERSON);
    }
    return String.join(" ", roles);
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      facts.put(name, value);
    }
  }
}
