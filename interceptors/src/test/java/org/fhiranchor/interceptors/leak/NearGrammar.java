package org.fhiranchor.interceptors.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Well-formed requests for visible data that stands beside hidden data: most are permitted, and
 * what is hidden could show in their answers alone.
 */
record NearGrammar(Dice dice, FuzzWords words, FuzzPersona persona) {
  private static final String JSON = "application/fhir+json";

  FuzzRequest draw() {
    int throwOf = dice.below(100);
    if (throwOf < 36) {
      return search();
    }
    if (throwOf < 38) {
      return delete();
    }
    if (throwOf < 54) {
      return read();
    }
    if (throwOf < 62) {
      return history();
    }
    if (throwOf < 74) {
      return write();
    }
    if (throwOf < 77) {
      return move();
    }
    if (throwOf < 86) {
      return patch();
    }
    return throwOf < 95 ? operation() : conditional();
  }

  private FuzzRequest ask(String method, String path, List<String> query, String body) {
    return new FuzzRequest(persona, method, path, query, body);
  }

  FuzzRequest search() {
    if (dice.chance(6)) {
      String[] parts = dice.pick(NearSearches.THROUGH).split("\\?", 2);
      return ask("GET", parts[0], List.of(parts[1].split("&")), "");
    }
    if (dice.chance(10)) {
      return new PageGrammar(dice, words, persona).draw();
    }
    return dice.chance(7) ? bounded() : ofType();
  }

  /** By rows that are looked at, or passed over, among which hidden ones may be. */
  private FuzzRequest bounded() {
    String type =
        dice.pick(
            "Organization", "Location", "Observation", "Observation", "Condition", "Encounter");
    // Observations that all may see come first: some more are passed over, hidden ones among them
    int rows = type.equals("Observation") ? 5 + dice.below(8) : 1 + dice.below(5);
    return switch (dice.below(4)) {
      case 0 -> ask("GET", type, List.of("_offset=" + rows), "");
      case 1 -> ask("GET", type, List.of("_count=" + (2 + dice.below(9)), "_offset=" + rows), "");
      case 2 ->
          ask("GET", type, List.of(), "")
              .withHeaders(Map.of("Cache-Control", "no-store, max-results=" + rows));
      default -> ask("GET", type, List.of(), "").withHeaders(Map.of("Cache-Control", "no-store"));
    };
  }

  private FuzzRequest ofType() {
    String type = dice.pick(NearSearches.TYPES);
    NearSearches searches = new NearSearches(dice, words, type);
    List<String> query = new ArrayList<>();
    for (int left = dice.pick(List.of(0, 1, 1, 1, 2)); left > 0; left--) {
      query.add(searches.filter());
    }
    for (int left = dice.pick(List.of(0, 1, 1, 2)); left > 0; left--) {
      query.add(searches.result());
    }
    boolean follow = query.stream().anyMatch(each -> each.startsWith("_count"));
    return switch (dice.below(12)) {
      case 0 ->
          ask("POST", type + "/_search", List.of(), String.join("&", query))
              .withHeaders(Map.of("Content-Type", "application/x-www-form-urlencoded"));
      case 1 -> ask("GET", words.near("Patient") + "/" + dice.pick(type, "*"), query, "");
      default -> ask("GET", type, query, "").withFollow(follow);
    };
  }

  private FuzzRequest read() {
    String type = words.type();
    String path = dice.chance(65) ? words.near(type) : words.record(type);
    if (dice.chance(30)) {
      path += "/_history/" + (1 + dice.below(2));
    }
    List<String> shape =
        dice.chance(15)
            ? List.of(dice.pick("_summary=true", "_elements=id", "_format=xml", "_pretty=true"))
            : List.of();
    FuzzRequest request = ask(dice.chance(92) ? "GET" : "HEAD", path, shape, "");
    return dice.chance(8) ? request.withHeaders(Map.of("If-None-Match", "W/\"1\"")) : request;
  }

  private FuzzRequest history() {
    String type = words.type();
    String path =
        dice.pick(
            words.near(type) + "/_history",
            words.near(type) + "/_history",
            words.record(type) + "/_history",
            "Observation/" + dice.pick(FuzzWords.OF_MANY_VERSIONS) + "/_history",
            "Observation/" + dice.pick(FuzzWords.OF_MANY_VERSIONS) + "/_history",
            type + "/_history",
            "_history");
    List<String> query =
        switch (dice.below(6)) {
          case 0, 5 -> List.of("_count=" + (1 + dice.below(3)));
          case 1 -> List.of("_since=2000-01-01T00:00:00Z");
          case 2 -> List.of("_at=gt2000-01-01T00:00:00Z", "_count=5");
          default -> List.of();
        };
    return ask("GET", path, query, "").withFollow(dice.chance(40));
  }

  private FuzzRequest write() {
    return write(82);
  }

  /** A create or an update of which so many references are near. */
  FuzzRequest write(int percentNear) {
    String type = dice.pick(NearBodies.TYPES);
    NearBodies bodies = new NearBodies(dice, words, percentNear);
    if (dice.chance(45)) {
      return ask("POST", type, List.of(), bodies.resource(type, ""));
    }
    String id = dice.chance(75) ? words.nearId(type) : words.id(type);
    return ask("PUT", type + "/" + id, List.of(), bodies.resource(type, id));
  }

  /** A record of a patient that becomes another's, by its own reference or by what it hangs on. */
  private FuzzRequest move() {
    String type = dice.pick(NearBodies.OWNED);
    String id = words.nearId(type);
    return ask(
        "PUT", type + "/" + id, List.of(), new NearBodies(dice, words, 90).resource(type, id));
  }

  /** What a transaction may do beside other changes. */
  FuzzRequest change() {
    int throwOf = dice.below(100);
    if (throwOf < 60) {
      return write(55);
    }
    if (throwOf < 75) {
      return move();
    }
    return throwOf < 88 ? delete() : patch();
  }

  private FuzzRequest patch() {
    NearBodies bodies = new NearBodies(dice, words, 82);
    String type = dice.pick("Observation", "Observation", "Condition", "Encounter", "Patient");
    String path = dice.chance(75) ? words.near(type) : words.record(type);
    FuzzRequest request = ask("PATCH", path, List.of(), "");
    return switch (dice.below(4)) {
      case 0 ->
          request.withBody(bodies.fhirPathPatch(type)).withHeaders(Map.of("Content-Type", JSON));
      case 1 ->
          request
              .withBody(bodies.xmlPatch(type))
              .withHeaders(Map.of("Content-Type", "application/xml-patch+xml"));
      default -> request.withBody(bodies.jsonPatch(type));
    };
  }

  /** What hidden records alone refer to, among other things. */
  private FuzzRequest delete() {
    String type =
        dice.pick(
            "Location", "Practitioner", "Organization", "Observation", "Medication", "Encounter");
    return ask("DELETE", words.near(type), List.of(), "");
  }

  private FuzzRequest operation() {
    String type = words.type();
    return switch (dice.below(14)) {
      case 0, 1 -> ask("GET", words.near("Patient") + "/$everything", everything(), "");
      case 13 -> new PageGrammar(dice, words, persona).ofRecord();
      case 2 -> ask("GET", words.near("Encounter") + "/$everything", everything(), "");
      case 3 -> ask("GET", words.record(type) + "/$meta", List.of(), "");
      case 4 ->
          ask(
              "GET",
              words.record("Consent") + "/" + dice.pick("$ledger-status", "$prepare"),
              List.of(),
              "");
      case 5 ->
          ask(
              "GET",
              "$explain-access",
              List.of(
                  "resource=" + words.record(type),
                  "reader=Practitioner/" + dice.pick("dr-none", "dr-other", "dr-permitted"),
                  "purpose=TREAT"),
              "");
      // of what may be seen these say what differs in every world: salts, hashes, places in a log
      case 6 ->
          ask(
              "GET",
              type + "/" + words.farId(type) + "/" + dice.pick("$proof", "$verify"),
              List.of(),
              "");
      case 7 -> ask("GET", "Patient/" + words.farId("Patient") + "/$everything", everything(), "");
      case 8 ->
          ask(
              "GET",
              words.record("Binary") + "/$binary-access-read",
              List.of("path=Binary.data"),
              "");
      case 9, 10 -> new JournalGrammar(dice, words, persona).draw();
      case 11 -> new JournalGrammar(dice, words, persona).ofServer();
      default ->
          ask(
              "POST",
              type + "/$validate",
              List.of(),
              new NearBodies(dice, words, 82).resource(dice.pick(NearBodies.TYPES), ""));
    };
  }

  private List<String> everything() {
    return switch (dice.below(6)) {
      case 0 -> List.of("_count=2");
      case 4, 5 -> List.of("_offset=" + dice.below(8), "_count=" + (1 + dice.below(40)));
      case 1 -> List.of("_type=Observation,Encounter");
      default -> List.of();
    };
  }

  private FuzzRequest conditional() {
    return conditional(
        dice.pick("Patient", "Organization", "Organization", "Observation", "Location"));
  }

  /** What a condition finds decides about the answer. */
  FuzzRequest conditional(String type) {
    String condition = words.condition(type);
    String body = new NearBodies(dice, words, 82).resource(type, "");
    return switch (dice.below(5)) {
      case 0 -> ask("PUT", type, List.of(condition.split("&")), body);
      case 1 -> ask("DELETE", words.near(type), List.of(), "");
      case 2 ->
          ask(
              "PATCH",
              type,
              List.of(condition.split("&")),
              new NearBodies(dice, words, 82).jsonPatch(type));
      default -> ask("POST", type, List.of(), body).withHeaders(Map.of("If-None-Exist", condition));
    };
  }
}
