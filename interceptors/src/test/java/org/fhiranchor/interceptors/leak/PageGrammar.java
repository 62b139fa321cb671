package org.fhiranchor.interceptors.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Long answers a few entries at a time, with totals and in an order, page after page. */
record PageGrammar(Dice dice, FuzzWords words, FuzzPersona persona) {
  private static final List<String> TYPES =
      List.of(
          "Observation",
          "Observation",
          "Condition",
          "Encounter",
          "Organization",
          "Location",
          "Patient",
          "DocumentReference",
          "AuditEvent",
          "Provenance");

  FuzzRequest draw() {
    return switch (dice.below(10)) {
      case 0 -> ofRecord();
      case 1 -> ofNobody();
      case 2 -> ofHistory();
      default -> ofSearch();
    };
  }

  private FuzzRequest ask(String path, List<String> query) {
    return new FuzzRequest(persona, "GET", path, query, "").withFollow(true);
  }

  private FuzzRequest ofSearch() {
    String type = dice.pick(TYPES);
    NearSearches searches = new NearSearches(dice, words, type);
    List<String> query = new ArrayList<>(List.of("_count=" + (1 + dice.below(4))));
    if (dice.chance(60)) {
      query.add(searches.filter());
    }
    if (dice.chance(50)) {
      query.add("_total=" + dice.pick("accurate", "accurate", "estimate", "none"));
    }
    if (dice.chance(50)) {
      query.add("_sort=" + dice.pick("_id", "-_id", "_lastUpdated", "-_lastUpdated,_id"));
    }
    if (dice.chance(25)) {
      query.add(searches.result());
    }
    if (dice.chance(20)) {
      return new FuzzRequest(
          persona,
          "POST",
          type + "/_search",
          List.of(),
          Map.of("Content-Type", "application/x-www-form-urlencoded"),
          String.join("&", query),
          true);
    }
    return ask(dice.chance(20) ? words.near("Patient") + "/" + type : type, query);
  }

  /** All of a patient's, or of an encounter's. */
  FuzzRequest ofRecord() {
    List<String> query = new ArrayList<>(List.of("_count=" + (1 + dice.below(6))));
    if (dice.chance(40)) {
      query.add(
          dice.pick(
              "_type=Observation,Encounter,Condition",
              "_since=2000-01-01T00:00:00Z",
              "start=2024-05-01&end=2024-05-31",
              "_total=accurate",
              "_summary=count"));
    }
    return ask(words.near(dice.pick("Patient", "Patient", "Encounter")) + "/$everything", query);
  }

  /** A page that nobody, or somebody else, has asked for. */
  private FuzzRequest ofNobody() {
    return ask(
        "",
        List.of(
            "_getpages=" + dice.pick("00000000-0000-4000-8000-000000000000", "x", ""),
            "_getpagesoffset=" + dice.below(4),
            "_count=" + dice.below(4),
            "_bundletype=searchset"));
  }

  private FuzzRequest ofHistory() {
    String type = dice.pick(TYPES);
    return ask(
        dice.pick(words.near(type) + "/", type + "/", "") + "_history",
        List.of("_count=" + (1 + dice.below(4))));
  }
}
