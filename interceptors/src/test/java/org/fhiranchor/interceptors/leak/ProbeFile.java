package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.leak.Probe.Follow;
import org.fhiranchor.interceptors.leak.Probe.Next;
import org.fhiranchor.interceptors.leak.Probe.Request;

/** {@code probes.yaml}, whose head says how it is read. */
record ProbeFile(
    Map<String, String> surfaces,
    List<Persona> personas,
    Persona permitted,
    List<NormalRule> normalise,
    List<Refusal> refusals,
    List<Probe> probes) {

  static ProbeFile read() {
    JsonNode file = YamlFile.read("probes.yaml");
    Map<String, String> surfaces = new LinkedHashMap<>();
    file.required("surfaces")
        .properties()
        .forEach(each -> surfaces.put(each.getKey(), each.getValue().asText()));
    List<Probe> probes =
        file.required("probes").valueStream().flatMap(ProbeFile::expanded).toList();
    checkIds(probes);
    return new ProbeFile(
        surfaces,
        personas(file.required("personas")),
        personas(file.required("with-matching-consent")).get(0),
        file.required("normalise").valueStream().map(NormalRule::of).toList(),
        file.required("refusals").valueStream().map(ProbeFile::refusal).toList(),
        probes);
  }

  /** Whether an answer is a refusal, and holds nothing else. */
  boolean refuses(Answer answer) {
    return refusals.stream().anyMatch(refusal -> refusal.is(answer));
  }

  private static Refusal refusal(JsonNode node) {
    return new Refusal(node.required("status").asInt(), node.required("says").asText());
  }

  private static void checkIds(List<Probe> probes) {
    List<String> ids = probes.stream().map(Probe::id).toList();
    if (ids.size() != ids.stream().distinct().count()) {
      throw new IllegalArgumentException("probes.yaml: want unique ids, got " + ids);
    }
  }

  private static List<Persona> personas(JsonNode node) {
    return node.properties().stream()
        .map(
            each ->
                new Persona(
                    each.getKey(),
                    each.getValue().required("subject").asText(),
                    each.getValue().required("who").asText()))
        .toList();
  }

  private static Stream<Probe> expanded(JsonNode probe) {
    List<String> requests =
        probe.has("requests")
            ? probe.get("requests").valueStream().map(JsonNode::asText).toList()
            : List.of(probe.required("request").asText());
    List<Probe> all = new ArrayList<>();
    for (Map<String, String> values : combinations(probe.path("each"))) {
      for (String request : requests) {
        String number =
            all.isEmpty() && requests.size() == 1 && values.isEmpty() ? "" : "/" + (all.size() + 1);
        all.add(probe(probe, number, request, values));
      }
    }
    Expectation.check(probe.path("with-consent"), all.stream().map(Probe::request).toList());
    return all.stream();
  }

  private static List<Map<String, String>> combinations(JsonNode each) {
    List<Map<String, String>> all = List.of(Map.of());
    for (Map.Entry<String, JsonNode> name : each.properties()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> shorter : all) {
        for (JsonNode value : name.getValue()) {
          Map<String, String> values = new LinkedHashMap<>(shorter);
          values.put(name.getKey(), value.asText());
          longer.add(values);
        }
      }
      all = longer;
    }
    return all;
  }

  private static Probe probe(
      JsonNode probe, String number, String request, Map<String, String> values) {
    Request asked = request(probe, filled(request, values), values);
    return new Probe(
        probe.required("id").asText() + number,
        probe.required("surface").asText(),
        asked,
        probe.path("scopes").asText().equals("system"),
        Optional.of(probe.path("first").asText()).filter(name -> !name.isEmpty()),
        probe.path("then").valueStream().map(step -> next(step.asText())).toList(),
        Expectation.of(probe.path("with-consent"), asked));
  }

  private static Request request(JsonNode probe, String line, Map<String, String> values) {
    String[] words = line.split(" ", 2);
    Map<String, String> headers = new LinkedHashMap<>();
    probe
        .path("headers")
        .properties()
        .forEach(
            header ->
                headers.put(
                    filled(header.getKey(), values), filled(header.getValue().asText(), values)));
    JsonNode body = probe.path("body");
    String text = body.isContainerNode() ? body.toString() : body.asText();
    return new Request(words[0], words[1], headers, filled(text, values));
  }

  private static String filled(String text, Map<String, String> values) {
    String result = text;
    for (Map.Entry<String, String> value : values.entrySet()) {
      result = result.replace("{" + value.getKey() + "}", value.getValue());
    }
    return result;
  }

  private static Next next(String text) {
    String[] words = text.split(" ", 2);
    Follow follow = Follow.valueOf(words[0].toUpperCase(Locale.ROOT));
    return words.length == 1
        ? new Next(follow, Optional.empty())
        : new Next(follow, Optional.of(words[1].replace("[", "").replace("]", "")));
  }
}
