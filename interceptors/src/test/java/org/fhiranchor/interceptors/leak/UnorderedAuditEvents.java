package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the AuditEvents of an answer in an order of their content. A server orders those of one
 * millisecond by their ids, which are random, and two entries of a batch may share a millisecond in
 * one world and not in the other.
 */
final class UnorderedAuditEvents {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ENTRY = Pattern.compile("(?s)<entry>.*?</entry>");

  private UnorderedAuditEvents() {}

  /** The same body, ordered by what is left of each entry; other bodies stay byte for byte. */
  static String ordered(String body, UnaryOperator<String> left) {
    return body.startsWith("<") ? orderedXml(body, left) : orderedJson(body, left);
  }

  /** Entries of XML have none inside but in the answer to a batch, which stays as it is. */
  private static String orderedXml(String body, UnaryOperator<String> left) {
    List<String> events =
        ENTRY
            .matcher(body)
            .results()
            .map(MatchResult::group)
            .filter(entry -> entry.contains("<AuditEvent"))
            .toList();
    if (events.size() < 2 || body.contains("-response\"")) {
      return body;
    }
    Iterator<String> ordered = events.stream().sorted(Comparator.comparing(left)).iterator();
    return ENTRY
        .matcher(body)
        .replaceAll(
            entry ->
                Matcher.quoteReplacement(
                    entry.group().contains("<AuditEvent") ? ordered.next() : entry.group()));
  }

  private static String orderedJson(String body, UnaryOperator<String> left) {
    if (!body.startsWith("{") || !body.contains("\"AuditEvent\"")) {
      return body;
    }
    try {
      JsonNode read = JSON.readTree(body);
      order(read, left);
      return JSON.writeValueAsString(read);
    } catch (JsonProcessingException e) {
      return body;
    }
  }

  private static void order(JsonNode node, UnaryOperator<String> left) {
    node.forEach(each -> order(each, left));
    if (!(node.path("entry") instanceof ArrayNode entries)) {
      return;
    }
    List<Integer> places = new ArrayList<>();
    List<JsonNode> events = new ArrayList<>();
    for (int place = 0; place < entries.size(); place++) {
      if (entries.get(place).at("/resource/resourceType").asText().equals("AuditEvent")) {
        places.add(place);
        events.add(entries.get(place));
      }
    }
    events.sort(Comparator.comparing(event -> left.apply(event.toString())));
    for (int each = 0; each < places.size(); each++) {
      entries.set(places.get(each), events.get(each));
    }
  }
}
