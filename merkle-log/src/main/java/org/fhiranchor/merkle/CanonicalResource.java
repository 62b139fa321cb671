package org.fhiranchor.merkle;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.fhiranchor.merkle.CanonicalText.Span;
import org.jspecify.annotations.Nullable;

/**
 * One whole FHIR resource version in canonical form {@value #FORM}: canonical JSON, with {@code
 * meta.lastUpdated} of the root in UTC milliseconds and {@code meta.profile}, {@code meta.security}
 * and {@code meta.tag} of the root as sorted sets (CAN-1 to CAN-6). A {@code meta.profile} beside a
 * {@code meta._profile} keeps its order: the two are read by position.
 */
public final class CanonicalResource {
  /** Name of this canonical form, as a statement gives it. */
  public static final String FORM = "https://fhiranchor.org/canonical/fhir-json/v1";

  private static final int LONGEST_INDENT = 64;
  private static final Pattern XML = Pattern.compile("\\uFEFF?[\\t\\r\\n ]*<");
  private static final List<String> SETS = List.of("profile", "security", "tag");

  private final byte[] bytes;
  private final ResourceKey key;
  private final String versionId;

  private CanonicalResource(byte[] bytes, ResourceKey key, String versionId) {
    this.bytes = bytes;
    this.key = key;
    this.versionId = versionId;
  }

  /**
   * Brings the JSON text of a resource, as a read returns it, into canonical form.
   *
   * @throws CanonicalFormException when the text is not strict JSON, is no resource with {@code
   *     resourceType}, {@code id} and {@code meta.versionId}, or is tagged SUBSETTED
   */
  public static CanonicalResource of(byte[] fhirJson) {
    byte[] json = CanonicalJson.of(fhirJson);
    CanonicalText text = new CanonicalText(json);
    Map<String, Span> root = object(text, text.whole(), "the resource");
    Span metaSpan = root.get("meta");
    Map<String, Span> meta = metaSpan == null ? Map.of() : object(text, metaSpan, "meta");
    refuseSubset(text, meta);
    ResourceKey key =
        key(string(text, root, "resourceType", "resourceType"), string(text, root, "id", "id"));
    String versionId = string(text, meta, "versionId", "meta.versionId");
    return new CanonicalResource(rewriteMeta(json, text, meta), key, versionId);
  }

  /** Whether it begins as XML does, in which servers answer resources too. */
  static boolean isXml(byte[] text) {
    int length = Math.min(text.length, LONGEST_INDENT);
    return XML.matcher(new String(text, 0, length, StandardCharsets.UTF_8)).lookingAt();
  }

  private static ResourceKey key(String type, String id) {
    try {
      return new ResourceKey(type, id);
    } catch (IllegalArgumentException wrong) {
      throw new CanonicalFormException(String.valueOf(wrong.getMessage()));
    }
  }

  private static Map<String, Span> object(CanonicalText text, Span span, String what) {
    if (text.first(span) != '{') {
      throw new CanonicalFormException(what + ": want a JSON object");
    }
    return text.members(span);
  }

  private static String string(
      CanonicalText text, Map<String, Span> members, String name, String what) {
    Span span = members.get(name);
    if (span == null || text.first(span) != '"') {
      throw new CanonicalFormException(what + ": want a string, as a read returns it");
    }
    return text.string(span);
  }

  private static void refuseSubset(CanonicalText text, Map<String, Span> meta) {
    Span tags = meta.get("tag");
    if (tags == null || text.first(tags) != '[') {
      return;
    }
    for (Span tag : text.elements(tags)) {
      Map<String, Span> coding = text.first(tag) == '{' ? text.members(tag) : Map.of();
      if (is(text, coding.get("code"), "SUBSETTED")
          && system(text, coding).endsWith("ObservationValue")) {
        throw new CanonicalFormException("meta.tag: not a whole resource, it is tagged SUBSETTED");
      }
    }
  }

  private static String system(CanonicalText text, Map<String, Span> coding) {
    Span system = coding.get("system");
    return system != null && text.first(system) == '"' ? text.string(system) : "";
  }

  private static boolean is(CanonicalText text, @Nullable Span span, String value) {
    return span != null && text.first(span) == '"' && text.string(span).equals(value);
  }

  private static byte[] rewriteMeta(byte[] json, CanonicalText text, Map<String, Span> meta) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 32);
    int copied = 0;
    for (Map.Entry<String, Span> member : meta.entrySet()) {
      Span span = member.getValue();
      byte[] replacement = replacement(json, text, member.getKey(), span, meta);
      if (replacement != null) {
        out.write(json, copied, span.start() - copied);
        out.writeBytes(replacement);
        copied = span.end();
      }
    }
    out.write(json, copied, json.length - copied);
    return out.toByteArray();
  }

  private static byte @Nullable [] replacement(
      byte[] json, CanonicalText text, String name, Span span, Map<String, Span> meta) {
    if (name.equals("lastUpdated")) {
      return utcMillis(string(text, meta, name, "meta.lastUpdated"));
    }
    if (SETS.contains(name) && text.first(span) == '[' && !meta.containsKey("_" + name)) {
      return sortedSet(json, text.elements(span));
    }
    return null;
  }

  private static byte[] utcMillis(String instant) {
    try {
      String utc = '"' + InstantText.format(InstantText.parse(instant)) + '"';
      return utc.getBytes(StandardCharsets.US_ASCII);
    } catch (DateTimeException | IllegalArgumentException wrong) {
      throw new CanonicalFormException("meta.lastUpdated: " + wrong.getMessage());
    }
  }

  private static byte[] sortedSet(byte[] json, List<Span> elements) {
    List<byte[]> sorted = new ArrayList<>();
    elements.forEach(span -> sorted.add(Arrays.copyOfRange(json, span.start(), span.end())));
    sorted.sort(Arrays::compareUnsigned);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('[');
    for (int i = 0; i < sorted.size(); i++) {
      if (i > 0 && Arrays.equals(sorted.get(i - 1), sorted.get(i))) {
        continue;
      }
      if (i > 0) {
        out.write(',');
      }
      out.writeBytes(sorted.get(i));
    }
    out.write(']');
    return out.toByteArray();
  }

  /** A copy of the canonical bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** SHA-256 of the canonical bytes. */
  public Digest sha256() {
    return Digest.sha256(bytes);
  }

  /** Type and id. */
  public ResourceKey key() {
    return key;
  }

  /** For example {@code Observation}. */
  public String resourceType() {
    return key.type();
  }

  /** The logical id. */
  public String id() {
    return key.id();
  }

  /** {@code meta.versionId}. */
  public String versionId() {
    return versionId;
  }
}
