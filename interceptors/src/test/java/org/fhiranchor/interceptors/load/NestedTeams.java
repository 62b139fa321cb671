package org.fhiranchor.interceptors.load;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A patient whose Consent permits a team, with teams inside of teams, and a doctor in each.
 *
 * @param name of the patient, and in the names of all that is theirs
 */
record NestedTeams(String name) {
  static final int DEPTHS = 3;

  String doctor(int depth) {
    return "d" + depth + "-" + name;
  }

  String team(int depth) {
    return "CareTeam/t" + depth + "-" + name;
  }

  String consent() {
    return "Consent/c-" + name;
  }

  String deny() {
    return "Consent/n-" + name;
  }

  /** The team, with its doctor or without. */
  String teamJson(int depth, boolean withDoctor) {
    Stream<String> inner = depth + 1 < DEPTHS ? Stream.of(team(depth + 1)) : Stream.empty();
    Stream<String> own = withDoctor ? Stream.of("Practitioner/" + doctor(depth)) : Stream.empty();
    String members =
        Stream.concat(inner, own)
            .map(member -> "{\"member\":{\"reference\":\"" + member + "\"}}")
            .collect(Collectors.joining(",", "\"participant\":[", "]"));
    String participants = members.endsWith("[]") ? "" : "," + members;
    return "{\"resourceType\":\"CareTeam\",\"id\":\"%s\",\"status\":\"active\"%s}"
        .formatted(team(depth).substring("CareTeam/".length()), participants);
  }

  /** What permits the outermost team, under another policy where the terms are to differ. */
  String consentJson(String uri) {
    return json(consent(), "permit", team(0), uri);
  }

  /** What denies one doctor. */
  String denyJson(int depth) {
    return json(deny(), "deny", "Practitioner/" + doctor(depth), "urn:deny");
  }

  private String json(String path, String type, String actor, String uri) {
    return """
    {"resourceType":"Consent","id":"%s","status":"active",
     "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
       "code":"patient-privacy"}]},
     "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
     "patient":{"reference":"Patient/%s"},"policy":[{"uri":"%s"}],
     "provision":{"type":"%s",
       "actor":[{"role":{"coding":[{"code":"IRCP",
           "system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType"}]},
         "reference":{"reference":"%s"}}],
       "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason",
         "code":"TREAT"}]}}
    """
        .formatted(path.substring("Consent/".length()), name, uri, type, actor);
  }

  /** All of it, stored through this node, with a key in its custody; nothing is granted yet. */
  void store(GatedNode node) {
    node.write("Patient/" + name, "{\"resourceType\":\"Patient\",\"id\":\"" + name + "\"}");
    IntStream.range(0, DEPTHS)
        .map(i -> DEPTHS - 1 - i)
        .forEach(
            depth -> {
              String doctor = doctor(depth);
              node.write(
                  "Practitioner/" + doctor,
                  "{\"resourceType\":\"Practitioner\",\"id\":\"" + doctor + "\"}");
              node.write(team(depth), teamJson(depth, true));
            });
    node.write(
        "Observation/o-" + name,
        ("{\"resourceType\":\"Observation\",\"id\":\"o-%s\",\"status\":\"final\","
                + "\"code\":{\"text\":\"c\"},\"subject\":{\"reference\":\"Patient/%s\"}}")
            .formatted(name, name));
    node.write(consent(), consentJson("urn:terms"));
    node.post(
        name,
        "Patient/" + name + "/$enroll-key",
        ",\"parameter\":[{\"name\":\"custody\",\"valueString\":\"server\"}]");
  }
}
