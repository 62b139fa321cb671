package org.fhiranchor.merkle;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** The JSON members of one {@link Statement}; first those that each has. */
final class StatementMembers {
  private final Map<String, JsonValue> members = new TreeMap<>();

  private StatementMembers() {}

  static StatementMembers of(String kind, Statement statement) {
    StatementMembers common =
        new StatementMembers()
            .number("v", 1)
            .text("kind", kind)
            .text("recorded", statement.recorded());
    common.members.put(
        "previous",
        statement
            .previous()
            .<JsonValue>map(digest -> new JsonValue.Str(digest.hex()))
            .orElseGet(JsonValue.Null::new));
    return common;
  }

  StatementMembers text(String name, String value) {
    members.put(name, new JsonValue.Str(value));
    return this;
  }

  StatementMembers text(String name, Digest value) {
    return text(name, value.hex());
  }

  StatementMembers text(String name, Instant value) {
    return text(name, InstantText.format(value));
  }

  StatementMembers number(String name, long value) {
    members.put(name, new JsonValue.Num(Long.toString(value)));
    return this;
  }

  /** Digest and form of a resource's canonical content. */
  StatementMembers content(Digest sha256) {
    members.put(
        "content",
        new StatementMembers().text("form", CanonicalResource.FORM).text("sha256", sha256).json());
    return this;
  }

  JsonValue.Obj json() {
    return new JsonValue.Obj(members);
  }
}
