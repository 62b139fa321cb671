package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers that say that the server failed, by what they say, each with the first request. */
final class ServerErrors {
  /** Of a batch as well: an entry has a status of its own. 501 is no failure. */
  private static final Pattern STATUS =
      Pattern.compile("(?m)(?:^status |\"status\":\\s*\")(5(?!01)\\d\\d)");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FAILED = Pattern.compile("^5(?!01)\\d\\d");

  private static final Pattern SAYS =
      Pattern.compile("\"diagnostics\":\\s*\"((?:[^\"\\\\]|\\\\.)*)");
  private static final Pattern VALUE =
      Pattern.compile("\\\\\".*?\\\\\"|'[^']*'|\\[[^\\]]*]|(?<!HAPI-)\\b\\d+\\b|[a-z]+-[A-Z]\\w+");
  private static final int LONGEST = 160;

  /** HAPI's own, each with its reason in docs/verify/leak-fuzz.md. */
  private static final List<Pattern> KNOWN =
      List.of(
          // an assertion of HAPI's, which a server that is started without -ea does not make
          Pattern.compile("AssertionError|Duplicate parameters found in query"));

  private final Map<String, List<FuzzRequest>> kinds = new TreeMap<>();

  /** Whether the answer says so; kept when it does. */
  boolean add(FuzzRequest request, String answer) {
    List<String> said = ofEntries(request, answer);
    (said.isEmpty() ? ofText(answer) : said)
        .forEach(
            kind ->
                kinds
                    .computeIfAbsent(
                        kind.substring(0, Math.min(LONGEST, kind.length())),
                        first -> new ArrayList<>())
                    .add(request));
    return !said.isEmpty() || STATUS.matcher(answer).find();
  }

  /** Each entry of a batch that failed, by its own words; none for another answer. */
  private static List<String> ofEntries(FuzzRequest request, String answer) {
    List<String> said = new ArrayList<>();
    try {
      JsonNode answered = JSON.readTree(answer.substring(answer.indexOf("\n\n") + 2));
      JsonNode asked = JSON.readTree(request.body());
      for (int i = 0; i < answered.path("entry").size(); i++) {
        JsonNode response = answered.path("entry").get(i).path("response");
        String status = response.path("status").asText();
        if (FAILED.matcher(status).find()) {
          said.add(
              "%s in a batch: %s %s"
                  .formatted(
                      status.substring(0, 3),
                      asked.at("/entry/" + i + "/request/method").asText(),
                      withoutValues(response.at("/outcome/issue/0/diagnostics").asText())));
        }
      }
    } catch (JsonProcessingException other) {
      return List.of();
    }
    return said;
  }

  private static List<String> ofText(String answer) {
    Matcher status = STATUS.matcher(answer);
    if (!status.find()) {
      return List.of();
    }
    Matcher says = SAYS.matcher(answer);
    String text = "";
    while (says.find() && (text.isEmpty() || says.start() < status.start())) {
      text = says.group(1);
    }
    return List.of(status.group(1) + " " + withoutValues(text));
  }

  private static String withoutValues(String text) {
    return VALUE.matcher(text).replaceAll("…");
  }

  /** Kinds that nobody has looked into. */
  List<String> unknown() {
    return kinds.keySet().stream()
        .filter(kind -> KNOWN.stream().noneMatch(known -> known.matcher(kind).find()))
        .toList();
  }

  String report() {
    StringBuilder report = new StringBuilder();
    kinds.forEach(
        (kind, requests) ->
            report
                .append("server error in ")
                .append(requests.size())
                .append(" requests: ")
                .append(kind)
                .append('\n')
                .append(requests.get(0).curl())
                .append('\n'));
    return report.toString();
  }
}
