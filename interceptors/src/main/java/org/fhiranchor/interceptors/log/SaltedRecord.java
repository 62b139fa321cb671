package org.fhiranchor.interceptors.log;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.fhiranchor.merkle.CanonicalJson;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.Salt;

/**
 * A record that a statement names by digest only: the canonical JSON carries its own salt, so a
 * proof handed on does not tell what the record says (PRV-3).
 *
 * @param json the record in canonical form, salt included
 * @param digest SHA-256 over it
 */
public record SaltedRecord(String json, Digest digest) {
  private static final int MOST_BYTES = 1 << 16;
  private static final int MOST_DEPTH = 4;

  /**
   * The texts of a record, salt included.
   *
   * @throws org.fhiranchor.merkle.CanonicalFormException when it is no JSON
   */
  public static Map<String, String> texts(String json) {
    Map<String, String> texts = new HashMap<>();
    if (JsonValue.parse(json.getBytes(StandardCharsets.UTF_8), MOST_BYTES, MOST_DEPTH)
        instanceof JsonValue.Obj object) {
      object
          .members()
          .forEach(
              (name, value) -> {
                if (value instanceof JsonValue.Str text) {
                  texts.put(name, text.text());
                }
              });
    }
    return texts;
  }

  /** The facts, all of them text, under a fresh salt. */
  public static SaltedRecord of(Map<String, String> facts, Salt salt) {
    Map<String, JsonValue> members = new TreeMap<>();
    facts.forEach((name, value) -> members.put(name, new JsonValue.Str(value)));
    return of(new JsonValue.Obj(members), salt);
  }

  /** The same of facts that are more than text. */
  public static SaltedRecord of(JsonValue.Obj facts, Salt salt) {
    Map<String, JsonValue> members = new TreeMap<>(facts.members());
    members.put("salt", new JsonValue.Str(salt.base64()));
    String text = new JsonValue.Obj(members).toJson();
    byte[] json = CanonicalJson.of(text.getBytes(StandardCharsets.UTF_8));
    return new SaltedRecord(new String(json, StandardCharsets.UTF_8), Digest.sha256(json));
  }
}
