package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An opened leaf and what its record says: all that a line of an export is made of.
 *
 * @param facts the members of the record; none when it was removed, or the kind has none
 */
public record ExportedLeaf(LeafIndex index, Statement statement, Map<String, JsonValue> facts) {
  private static final int MAX_DEPTH = 8;

  /** Keeps an unmodifiable copy. */
  public ExportedLeaf {
    facts = Map.copyOf(facts);
  }

  /**
   * Reads the record behind the statement.
   *
   * @throws ProofFormatException when it is no JSON object
   */
  public static ExportedLeaf of(LeafIndex index, Statement statement, Optional<String> record) {
    return new ExportedLeaf(index, statement, record.map(ExportedLeaf::parse).orElse(Map.of()));
  }

  private static Map<String, JsonValue> parse(String record) {
    try {
      byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
      if (JsonValue.parse(bytes, AccountingFile.MAX_LINE, MAX_DEPTH)
          instanceof JsonValue.Obj object) {
        return object.members();
      }
    } catch (CanonicalFormException wrong) {
      throw new ProofFormatException("record: " + wrong.getMessage());
    }
    throw new ProofFormatException("record: want a JSON object");
  }

  /** Its kind; empty for leaves that are about the log itself. A removed record is no refusal. */
  public Optional<ExportKind> kind() {
    if (statement instanceof Statement.ResourceVersion) {
      return Optional.of(ExportKind.VERSIONS);
    }
    if (statement instanceof Statement.Disclosure) {
      boolean refused = text("outcome").filter("refused"::equals).isPresent();
      return Optional.of(refused ? ExportKind.REFUSALS : ExportKind.DISCLOSURES);
    }
    return statement instanceof Statement.ConsentEvent || statement instanceof Statement.KeyBinding
        ? Optional.of(ExportKind.CONSENTS)
        : Optional.empty();
  }

  /** The text under a name of the record. */
  Optional<String> text(String name) {
    return text(facts, name);
  }

  /** The text under a name of the record's requester. */
  Optional<String> requester(String name) {
    return facts.get("requester") instanceof JsonValue.Obj who
        ? text(who.members(), name)
        : Optional.empty();
  }

  private static Optional<String> text(Map<String, JsonValue> from, String name) {
    return Optional.ofNullable(from.get(name))
        .filter(JsonValue.Str.class::isInstance)
        .map(value -> ((JsonValue.Str) value).text());
  }

  /** The texts in a list of the record. */
  List<String> texts(String name) {
    return facts.get(name) instanceof JsonValue.Arr array
        ? array.elements().stream()
            .filter(JsonValue.Str.class::isInstance)
            .map(value -> ((JsonValue.Str) value).text())
            .toList()
        : List.of();
  }

  /** The number under a name of the record, as it is spelled. */
  Optional<String> number(String name) {
    return Optional.ofNullable(facts.get(name))
        .filter(JsonValue.Num.class::isInstance)
        .map(value -> ((JsonValue.Num) value).literal());
  }

  /** The purposes of use, each {@code system|code}. */
  List<String> purposes() {
    return text("purposes")
        .map(all -> Stream.of(all.split(" ", -1)).toList())
        .orElseGet(() -> texts("purposes"))
        .stream()
        .filter(one -> !one.isEmpty())
        .toList();
  }

  /** The person who acted, {@code Practitioner/7}. */
  Optional<String> person() {
    return text("user").or(() -> requester("person"));
  }

  /** The subject of that person's token. */
  Optional<String> subject() {
    return text("subject").or(() -> requester("subject"));
  }

  /** The organization for which the person acted. */
  Optional<String> organization() {
    return text("organization").or(() -> requester("organization"));
  }

  /** The application. */
  Optional<String> application() {
    return text("client").or(() -> requester("application"));
  }

  /** What it is about: the version, the Consent, the patient whose key it is. */
  Optional<String> target() {
    if (statement instanceof Statement.ResourceVersion version) {
      return Optional.of(version.resource() + "/_history/" + version.version());
    }
    if (statement instanceof Statement.ConsentEvent event) {
      return Optional.of(event.consent().toString());
    }
    return statement instanceof Statement.KeyBinding binding
        ? Optional.of(binding.subject())
        : text("target");
  }

  /** The patient whom the leaf names by itself. */
  public Optional<String> patient() {
    if (statement instanceof Statement.ConsentEvent event) {
      return Optional.of(event.subject());
    }
    if (statement instanceof Statement.KeyBinding binding) {
      return Optional.of(binding.subject());
    }
    if (statement instanceof Statement.ResourceVersion version) {
      return Optional.of(version.resource().toString()).filter(name -> name.startsWith("Patient/"));
    }
    return text("patient");
  }

  /** The resources that it names, as it names them. */
  List<String> resourcesWithVersions() {
    return Stream.concat(target().stream(), texts("resources").stream()).distinct().toList();
  }

  /** The resources that it names, each without its version. */
  List<String> resources() {
    return resourcesWithVersions().stream()
        .map(name -> name.replaceFirst("/_history/.*", ""))
        .toList();
  }
}
