package org.fhiranchor.interceptors.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What editors read about our settings, as the build has made it. */
public final class SettingsMetadata {
  private static final String FILE = "META-INF/spring-configuration-metadata.json";

  private final TreeMap<String, JsonNode> properties = new TreeMap<>();

  private SettingsMetadata(JsonNode file) {
    file.get("properties").forEach(node -> properties.put(node.get("name").asText(), node));
  }

  /** That of the folder or jar which a class comes from. */
  public static SettingsMetadata beside(Class<?> declaration) throws IOException {
    URL place = declaration.getProtectionDomain().getCodeSource().getLocation();
    String file = place + (place.getPath().endsWith("/") ? "" : "!/") + FILE;
    URI address = URI.create((place.getPath().endsWith("/") ? "" : "jar:") + file);
    try (InputStream in = address.toURL().openStream()) {
      return new SettingsMetadata(new ObjectMapper().readTree(in));
    }
  }

  /**
   * Its keys; below one that is a map stands a free segment, {@code *}. Spring adds what it knows
   * of every endpoint.
   */
  public Set<String> keys() {
    return properties.entrySet().stream()
        .filter(key -> !key.getKey().startsWith("management.endpoint."))
        .map(key -> key.getKey() + (type(key.getValue()).startsWith("java.util.Map") ? ".*" : ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  public String description(String key) {
    return property(key).path("description").asText();
  }

  /** As text; several with commas between them; empty when there is none. */
  public String otherwise(String key) {
    JsonNode value = property(key).path("defaultValue");
    Iterable<JsonNode> all = value.isArray() ? value : Set.of(value);
    return StreamSupport.stream(all.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(","));
  }

  /** The words that editors offer for a key, in kebab case; none when its type is no enum. */
  public Set<String> words(String key) throws ClassNotFoundException {
    String type = type(property(key));
    Set<String> words = new TreeSet<>();
    if (type.startsWith("org.fhiranchor.")) {
      for (Object constant : Class.forName(type).getEnumConstants()) {
        words.add(constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'));
      }
    }
    return words;
  }

  private JsonNode property(String key) {
    return properties.getOrDefault(key, MissingNode.getInstance());
  }

  private static String type(JsonNode property) {
    return property.path("type").asText();
  }
}
