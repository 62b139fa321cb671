package org.fhiranchor.interceptors.consent.following;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.JsonValue;

/** The current versions of resources as HAPI stores them, without a detour through its parser. */
public interface StoredTexts {
  /**
   * Of these; those that are deleted, or not stored as JSON text, are left out.
   *
   * @param resources HAPI's own numbers
   */
  List<Text> of(Collection<Long> resources);

  /**
   * One resource.
   *
   * @param resource HAPI's own number
   * @param id the id that clients know it by
   * @param json FHIR JSON, without the id and without what the database keeps beside it
   * @param version its number
   * @param updated when it was stored
   * @param source where it came from, as a read says; empty when that is not known
   */
  record Text(
      long resource,
      String id,
      String json,
      long version,
      Instant updated,
      Optional<String> source) {
    private static final int MOST_BYTES = 1 << 26;
    private static final int DEEPEST = 256;

    /**
     * The text as a read returns it; empty when it is no strict JSON. Most are just this; who finds
     * that one is not what was written asks HAPI itself.
     */
    public Optional<String> asRead() {
      try {
        return JsonValue.parse(json.getBytes(UTF_8), MOST_BYTES, DEEPEST)
                instanceof JsonValue.Obj resource
            ? Optional.of(asRead(resource.members()))
            : Optional.empty();
      } catch (CanonicalFormException notStrict) {
        return Optional.empty();
      }
    }

    private String asRead(Map<String, JsonValue> stored) {
      Map<String, JsonValue> meta = new LinkedHashMap<>();
      if (stored.get("meta") instanceof JsonValue.Obj kept) {
        meta.putAll(kept.members());
      }
      meta.put("versionId", new JsonValue.Str(String.valueOf(version)));
      meta.put("lastUpdated", new JsonValue.Str(updated.toString()));
      source.ifPresent(from -> meta.put("source", new JsonValue.Str(from)));
      Map<String, JsonValue> members = new LinkedHashMap<>(stored);
      members.put("id", new JsonValue.Str(id));
      members.put("meta", new JsonValue.Obj(meta));
      return new JsonValue.Obj(members).toJson();
    }
  }

  /** The ids of these that are not deleted. */
  List<String> ids(Collection<Long> resources);

  /** HAPI's own numbers of the resources of a type with these ids that are not deleted. */
  List<Long> numbers(String type, Collection<String> ids);
}
