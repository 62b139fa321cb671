package org.fhiranchor.interceptors.log.recording;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fhiranchor.merkle.JsonValue;

/** What the who/why record of a version says, as {@link WhoAndWhy} wrote it. */
public final class RecordedFacts {
  private static final int MOST_BYTES = 1 << 16;
  private static final int DEEPEST = 4;

  private final Map<String, String> facts;

  private RecordedFacts(Map<String, String> facts) {
    this.facts = Map.copyOf(facts);
  }

  /** As this record says, which was compared with its leaf; an empty record says nothing. */
  public static RecordedFacts of(String record) {
    Map<String, String> facts = new HashMap<>();
    if (!record.isEmpty()
        && JsonValue.parse(record.getBytes(UTF_8), MOST_BYTES, DEEPEST)
            instanceof JsonValue.Obj all) {
      all.members()
          .forEach(
              (name, value) -> {
                if (value instanceof JsonValue.Str text) {
                  facts.put(name, text.text());
                }
              });
    }
    return new RecordedFacts(facts);
  }

  Map<String, String> all() {
    return facts;
  }

  /** Whether nobody's request led to it. */
  public boolean isServer() {
    return WhoAndWhy.SYSTEM.equals(facts.get(WhoAndWhy.WRITER));
  }

  /** The person, {@code "Practitioner/7"}. */
  public Optional<String> user() {
    return fact(WhoAndWhy.USER);
  }

  /** The token's subject. */
  public Optional<String> subject() {
    return fact("subject");
  }

  /** The organization for which the person acted. */
  public Optional<String> organization() {
    return fact("organization");
  }

  /** The application. */
  public Optional<String> client() {
    return fact("client");
  }

  /** The purposes, each {@code system|code}. */
  public List<String> purposes() {
    return fact("purposes").stream()
        .flatMap(all -> Stream.of(all.split(" ")))
        .filter(one -> !one.isEmpty())
        .toList();
  }

  private Optional<String> fact(String name) {
    return Optional.ofNullable(facts.get(name));
  }
}
