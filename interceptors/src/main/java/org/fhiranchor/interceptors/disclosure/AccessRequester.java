package org.fhiranchor.interceptors.disclosure;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;

/**
 * Who asked, as far as a record names them: the person, the application that relays them, the
 * organization, and for which purposes.
 *
 * @param breakGlassReason the reason given for breaking the glass, whether it was needed or not
 */
public record AccessRequester(Requester who, Optional<String> breakGlassReason) {
  private static final int LONGEST_REASON = 1_000;

  /** The facts of a record, without those that are not known. */
  public Map<String, JsonValue> facts() {
    Map<String, JsonValue> members = new TreeMap<>();
    put(members, "subject", Optional.of(who.subject()).filter(text -> !text.isEmpty()));
    put(members, "application", who.clientId());
    put(members, "person", who.fhirUser());
    put(members, "organization", who.organization());
    Map<String, JsonValue> facts = new TreeMap<>();
    facts.put("requester", new JsonValue.Obj(members));
    facts.put(
        "purposes",
        new JsonValue.Arr(
            who.purposes().stream()
                .map(purpose -> purpose.system() + "|" + purpose.code())
                .sorted()
                .<JsonValue>map(JsonValue.Str::new)
                .toList()));
    put(
        facts,
        "breakGlassReason",
        breakGlassReason.map(text -> text.substring(0, Math.min(text.length(), LONGEST_REASON))));
    return facts;
  }

  /** The same for all requests of one person through one application. */
  String fingerprint() {
    String text =
        String.join("\n", who.subject(), who.clientId().orElse(""), who.fhirUser().orElse(""));
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  private static void put(Map<String, JsonValue> to, String name, Optional<String> value) {
    value.ifPresent(text -> to.put(name, new JsonValue.Str(wellFormed(text))));
  }

  /** Half of a surrogate pair, which a header can bring, has no place in JSON. */
  static String wellFormed(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> point >= 0xd800 && point <= 0xdfff ? 0xfffd : point)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
