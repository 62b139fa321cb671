package org.fhiranchor.interceptors.gate;

import java.util.Set;
import java.util.stream.Collectors;

/** Bodies of drawn resources, each with its references where its type has room for them. */
final class GraphBodies {
  private GraphBodies() {}

  /** What follows type and id. */
  static String of(String type, Set<String> references, int version) {
    return switch (type) {
      case "Encounter" ->
          ",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"}" + extensions(references, version);
      case "Observation" ->
          ",\"status\":\"final\",\"code\":{\"text\":\"v%d\"}".formatted(version)
              + list("focus", "%s", references);
      case "List" ->
          ",\"status\":\"current\",\"mode\":\"working\",\"title\":\"v%d\"".formatted(version)
              + list("entry", "{\"item\":%s}", references);
      case "DocumentReference" -> document(references, version);
      case "Bundle" ->
          ",\"type\":\"collection\",\"timestamp\":\"2026-01-0%dT00:00:00Z\"".formatted(version + 1)
              + list("entry", "{\"resource\":%s}", references, true);
      case "Parameters" ->
          list(
              "parameter",
              "{\"name\":\"v%d\",\"resource\":%%s}".formatted(version),
              references.isEmpty() ? Set.of("Organization/pool-eg") : references,
              true);
      case "Provenance" ->
          ",\"recorded\":\"2026-01-0%dT00:00:00Z\",\"agent\":[{\"who\":{\"display\":\"x\"}}]"
                  .formatted(version + 1)
              + list("target", "%s", references);
      case "Binary" -> ",\"contentType\":\"text/plain\",\"data\":\"QU%dB\"".formatted(version);
      default -> extensions(references, version);
    };
  }

  private static String extensions(Set<String> references, int version) {
    String number = "{\"url\":\"http://x.example/v\",\"valueInteger\":%d}".formatted(version);
    return ",\"extension\":["
        + number
        + references.stream()
            .map(one -> ",{\"url\":\"http://x.example/r\",\"valueReference\":" + to(one) + "}")
            .collect(Collectors.joining())
        + "]";
  }

  private static String document(Set<String> references, int version) {
    String attached =
        references.stream()
            .filter(one -> one.startsWith("Binary/"))
            .map(one -> ",{\"attachment\":{\"url\":\"%s\"}}".formatted(one))
            .collect(Collectors.joining());
    Set<String> others =
        references.stream().filter(one -> !one.startsWith("Binary/")).collect(Collectors.toSet());
    return ",\"status\":\"current\",\"content\":[{\"attachment\":{\"title\":\"v%d\"}}%s]"
            .formatted(version, attached)
        + extensions(others, version);
  }

  private static String to(String name) {
    return "{\"reference\":\"%s\"}".formatted(name);
  }

  private static String list(String element, String item, Set<String> references) {
    return list(element, item, references, false);
  }

  /**
   * A list with one item for each reference.
   *
   * @param inline whether a Patient stands there itself, and not a reference
   */
  private static String list(String element, String item, Set<String> references, boolean inline) {
    return references.isEmpty()
        ? ""
        : references.stream()
            .map(name -> item.formatted(inline ? inline(name) : to(name)))
            .collect(Collectors.joining(",", ",\"" + element + "\":[", "]"));
  }

  private static String inline(String name) {
    return name.startsWith("Patient/")
        ? "{\"resourceType\":\"Patient\",\"id\":\"%s\"}".formatted(name.substring(8))
        : "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"},\"subject\":%s}"
            .formatted(to(name));
  }
}
