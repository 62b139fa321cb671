package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Requests for what the server says of itself: whom it told what, what became of a version, and
 * whether its store is as the ledger says.
 */
record JournalGrammar(Dice dice, FuzzWords words, FuzzPersona persona) {
  private static final String SCAN = "$verify-store";
  private static final String REPLAY = "$replay";
  private static final String JOB = "_job=00000000-0000-4000-8000-000000000000";

  /** Accountings, AuditEvents, Provenances, and decisions made again. */
  FuzzRequest draw() {
    return switch (dice.below(7)) {
      case 0, 1 -> disclosures();
      case 2 -> auditEvents();
      case 3 -> ask("AuditEvent/" + auditEvent() + dice.pick("", "/_history/1", "/_history"));
      case 4 -> replay();
      case 5 -> ask("Provenance/" + words.id("Provenance") + dice.pick("", "/_history/1"));
      default -> ask("Provenance", "target=" + words.record(), "_revinclude=Provenance:target");
    };
  }

  private FuzzRequest disclosures() {
    String of = words.record("Patient") + "/$disclosures";
    return switch (dice.below(7)) {
      case 0 -> ask(of, "_outputFormat=" + dice.pick("csv", "html", "bundle", "x"));
      case 1 -> ask(of, "start=2000-01-01", "_count=" + dice.below(4));
      case 2 -> ask(of, "_repeats=" + dice.pick("together", "each"), "_zone=UTC");
      case 3 -> ask(of, "_offset=" + dice.below(3), "_count=" + (1 + dice.below(3)));
      case 4 -> ask(of).withHeaders(Map.of("Accept", dice.pick("text/csv", "text/html")));
      case 5 ->
          new FuzzRequest(persona, "POST", of, List.of(), "{\"resourceType\":\"Parameters\"}");
      default -> ask(of);
    };
  }

  private FuzzRequest auditEvents() {
    List<String> query = new ArrayList<>();
    NearSearches searches = new NearSearches(dice, words, "AuditEvent");
    for (int left = 1 + dice.below(2); left > 0; left--) {
      query.add(searches.filter());
    }
    if (dice.chance(40)) {
      query.add(dice.pick("_sort=-date", "_count=2", "_summary=count", "_total=accurate"));
    }
    return new FuzzRequest(persona, "GET", "AuditEvent", query, "").withFollow(dice.chance(30));
  }

  private String auditEvent() {
    return dice.chance(60) ? words.id("AuditEvent") : "disclosure-0123456789abcdef0123456789abcdef";
  }

  /** Of a record that both worlds hold, or of none; by whoever may, and by everybody else. */
  private FuzzRequest replay() {
    FuzzPersona who = dice.chance(60) ? FuzzPersona.OFFICER : persona;
    String record = dice.pick("AuditEvent/", "") + recorded();
    return switch (dice.below(10)) {
      case 0 -> new FuzzRequest(who, "POST", REPLAY, List.of("record=" + record), "");
      // an officer's would tell how much there is of what is hidden: others draw it
      case 8 -> ask(words.record("Patient") + "/" + REPLAY, "start=2000", "_count=2");
      case 9 -> posted(persona, words.record("Patient") + "/" + REPLAY, Map.of("end", "2100"));
      case 1, 2 -> posted(who, REPLAY, Map.of("record", record));
      case 3 -> posted(who, REPLAY, Map.of());
      case 4 ->
          new FuzzRequest(who, "GET", "AuditEvent/" + REPLAY, List.of("record=" + record), "");
      default -> new FuzzRequest(who, "GET", REPLAY, List.of("record=" + record), "");
    };
  }

  private String recorded() {
    return dice.chance(75)
        ? "{made-" + JournalComparison.RECORD + "-" + dice.below(500) + "}"
        : auditEvent();
  }

  /** By those who may not: whoever may erases a record that both worlds need. */
  private FuzzRequest erase() {
    String of = words.record("Patient") + "/$erase";
    return switch (dice.below(4)) {
      case 0 -> ask(of, "reason=wish");
      case 1 -> posted(persona, of, Map.of());
      default -> posted(persona, of, Map.of("reason", "wish of the patient", "basis", "GDPR 17"));
    };
  }

  private static FuzzRequest posted(FuzzPersona who, String path, Map<String, String> parts) {
    ObjectNode body = BodyGrammar.JSON.createObjectNode().put("resourceType", "Parameters");
    ArrayNode all = body.putArray("parameter");
    new TreeMap<>(parts)
        .forEach((name, value) -> all.addObject().put("name", name).put("valueString", value));
    return new FuzzRequest(who, "POST", path, List.of(), body.toString());
  }

  /** What operators and officers ask. */
  FuzzRequest ofServer() {
    return switch (dice.below(9)) {
      case 0 ->
          new FuzzRequest(persona, "POST", SCAN, List.of(), "{\"resourceType\":\"Parameters\"}");
      case 1 -> ask(SCAN, JOB);
      case 2 -> new FuzzRequest(persona, "DELETE", SCAN, List.of(JOB), "");
      case 3 -> ask("metadata");
      case 4 -> ask("$export-poll-status", "_jobId=00000000-0000-4000-8000-000000000000");
      case 5 -> ask("$get-resource-counts");
      case 6, 7 -> erase();
      default -> ask("$export-provenance", "patient=" + words.record("Patient"));
    };
  }

  private FuzzRequest ask(String path, String... query) {
    return new FuzzRequest(persona, "GET", path, List.of(query), "");
  }
}
