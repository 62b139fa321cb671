package org.fhiranchor.merkle;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** From JSON to statements, strictly. */
final class StatementReader {
  private StatementReader() {}

  static Statement read(JsonValue json) {
    JsonMembers members = JsonMembers.of(json, "statement");
    members.literal("v", "1");
    Statement statement =
        switch (members.string("kind")) {
          case "resource-version" -> resourceVersion(members);
          case "disclosure" -> disclosure(members);
          case "consent" -> consent(members);
          case "key-binding" -> keyBinding(members);
          case "erasure" -> erasure(members);
          case "heads" -> heads(members);
          case "retention" -> retention(members);
          default -> throw members.wrong("kind", "want a kind this version knows");
        };
    members.refuseOthers();
    return statement;
  }

  private static Statement resourceVersion(JsonMembers in) {
    Instant recorded = recorded(in);
    ResourceKey resource = in.read("resource", ResourceKey::parse);
    String version = in.string("version");
    Operation operation = in.read("operation", Operation::parse);
    Optional<Digest> content = in.has("content") ? Optional.of(content(in)) : Optional.empty();
    Digest provenance = in.read("provenance", Digest::fromHex);
    Optional<Digest> previous = previous(in);
    return in.make(
        () ->
            new Statement.ResourceVersion(
                recorded, resource, version, operation, content, provenance, previous));
  }

  private static Digest content(JsonMembers in) {
    JsonMembers content = in.object("content");
    if (!content.string("form").equals(CanonicalResource.FORM)) {
      throw content.wrong("form", "want " + CanonicalResource.FORM);
    }
    Digest sha256 = content.read("sha256", Digest::fromHex);
    content.refuseOthers();
    return sha256;
  }

  private static Statement disclosure(JsonMembers in) {
    Instant recorded = recorded(in);
    Digest subject = in.read("subject", Digest::fromHex);
    long sequence = in.count("sequence");
    Digest record = in.read("record", Digest::fromHex);
    Optional<Digest> previous = previous(in);
    return in.make(() -> new Statement.Disclosure(recorded, subject, sequence, record, previous));
  }

  private static Statement consent(JsonMembers in) {
    Instant recorded = recorded(in);
    String subject = in.string("subject");
    ResourceKey consent = in.read("consent", ResourceKey::parse);
    String event = in.string("event");
    Digest record = in.read("record", Digest::fromHex);
    Optional<Digest> previous = previous(in);
    return in.make(
        () -> new Statement.ConsentEvent(recorded, subject, consent, event, record, previous));
  }

  private static Statement keyBinding(JsonMembers in) {
    Instant recorded = recorded(in);
    String subject = in.string("subject");
    String event = in.string("event");
    String key = in.string("key");
    Digest record = in.read("record", Digest::fromHex);
    Optional<Digest> previous = previous(in);
    return in.make(() -> new Statement.KeyBinding(recorded, subject, event, key, record, previous));
  }

  private static Statement erasure(JsonMembers in) {
    Instant recorded = recorded(in);
    LeafRanges leaves = in.read("leaves", LeafRanges::parse);
    LeafRanges contents = in.read("contents", LeafRanges::parse);
    Digest record = in.read("record", Digest::fromHex);
    Optional<Digest> previous = previous(in);
    return in.make(() -> new Statement.Erasure(recorded, leaves, contents, record, previous));
  }

  private static Statement heads(JsonMembers in) {
    Instant recorded = recorded(in);
    Digest map = in.read("map", Digest::fromHex);
    long covers = in.count("covers");
    Optional<Digest> previous = previous(in);
    return in.make(() -> new Statement.Heads(recorded, map, covers, previous));
  }

  private static Statement retention(JsonMembers in) {
    Instant recorded = recorded(in);
    Instant before = instant(in, "before");
    Optional<Digest> previous = previous(in);
    return in.make(() -> new Statement.Retention(recorded, before, previous));
  }

  private static Optional<Digest> previous(JsonMembers in) {
    return in.isNull("previous")
        ? Optional.empty()
        : Optional.of(in.read("previous", Digest::fromHex));
  }

  /** Only the one spelling: what is written again must be what was committed to. */
  private static Instant recorded(JsonMembers in) {
    return instant(in, "recorded");
  }

  private static Instant instant(JsonMembers in, String name) {
    String text = in.string(name);
    try {
      Instant recorded = InstantText.parse(text);
      if (InstantText.format(recorded).equals(text)) {
        return recorded;
      }
    } catch (DateTimeException | IllegalArgumentException wrong) {
      throw in.wrong(name, String.valueOf(wrong.getMessage()));
    }
    throw in.wrong(name, "want UTC with milliseconds");
  }
}
