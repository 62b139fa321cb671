package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A deliberate hole in the gate: what a few lines of its sources would have to say, {@code
 * holes.yaml}. Nothing of it is in the code that ships.
 *
 * @param name short name
 * @param rule the rule that it breaks
 * @param section of the list of known attacks that it puts back, or {@code -}
 * @param matchUrls whether HAPI resolves references by search meanwhile, which is off otherwise
 * @param deliveries whether what subscriptions send tells of it, and no answer is asked for it
 */
record Hole(
    String name,
    String rule,
    String section,
    boolean matchUrls,
    boolean deliveries,
    List<Edit> edits) {
  /** One text of a source file, which stands there once, and what stands there instead. */
  record Edit(String file, String find, String put) {}

  static List<Hole> all() {
    return YamlFile.read("holes.yaml").required("holes").valueStream().map(Hole::of).toList();
  }

  private static Hole of(JsonNode node) {
    return new Hole(
        node.required("name").asText(),
        node.required("rule").asText(),
        node.path("section").asText("-"),
        node.path("matchUrls").asBoolean(),
        node.path("deliveries").asBoolean(),
        node.required("edits").valueStream().map(Hole::edit).toList());
  }

  private static Edit edit(JsonNode node) {
    return new Edit(
        node.required("file").asText(),
        node.required("find").asText(),
        node.required("put").asText());
  }

  /** The changed sources by their path below the project. */
  Map<String, String> sources(Path project) {
    Map<String, String> sources = new LinkedHashMap<>();
    for (Edit edit : edits) {
      String before = sources.computeIfAbsent(edit.file(), file -> read(project.resolve(file)));
      sources.put(edit.file(), changed(before, edit));
    }
    return sources;
  }

  private String changed(String source, Edit edit) {
    int at = source.indexOf(edit.find());
    if (at < 0 || source.indexOf(edit.find(), at + 1) >= 0) {
      throw new IllegalStateException(
          "hole \"%s\": want once in %s, got %s: %s"
              .formatted(name, edit.file(), at < 0 ? "never" : "more often", edit.find()));
    }
    return source.substring(0, at) + edit.put() + source.substring(at + edit.find().length());
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
