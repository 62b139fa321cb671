package org.fhiranchor.merkle;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an export was asked for. The same function chooses the lines when an export is made and when
 * it is verified, so that no line can be left out in between.
 *
 * @param since recorded at this instant or later
 * @param until recorded before this instant
 * @param patient {@code Patient/1}; which resources are a patient's is not in the log, so this one
 *     is not decided here
 * @param agents persons, organizations, applications or token subjects, one of them
 * @param resources {@code Observation/1}, or all of a type, {@code Observation}; one of them
 */
public record ExportFilter(
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<String> patient,
    List<String> agents,
    List<String> resources,
    Set<ExportKind> kinds) {
  /** Most values of one parameter. */
  public static final int MOST_VALUES = 100;

  /** Everything. */
  public static final ExportFilter ALL =
      new ExportFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          EnumSet.allOf(ExportKind.class));

  /** Keeps unmodifiable copies, and whole milliseconds. */
  public ExportFilter {
    since = since.map(ExportFilter::millis);
    until = until.map(ExportFilter::millis);
    agents = List.copyOf(agents);
    resources = List.copyOf(resources);
    kinds = Set.copyOf(kinds);
  }

  private static Instant millis(Instant at) {
    return Instant.ofEpochMilli(at.toEpochMilli());
  }

  /** Whether the leaf has a line in the export. */
  public boolean matches(ExportedLeaf leaf) {
    Instant recorded = leaf.statement().recorded();
    return leaf.kind().filter(kinds::contains).isPresent()
        && since.filter(recorded::isBefore).isEmpty()
        && until.filter(end -> !recorded.isBefore(end)).isEmpty()
        && (agents.isEmpty() || isBy(leaf))
        && (resources.isEmpty() || leaf.resources().stream().anyMatch(this::isMeant));
  }

  private boolean isBy(ExportedLeaf leaf) {
    return List.of(leaf.person(), leaf.organization(), leaf.application(), leaf.subject()).stream()
        .flatMap(Optional::stream)
        .anyMatch(agents::contains);
  }

  private boolean isMeant(String name) {
    int slash = name.indexOf('/');
    return resources.contains(name) || (slash > 0 && resources.contains(name.substring(0, slash)));
  }

  JsonValue toJson() {
    Map<String, JsonValue> out = new LinkedHashMap<>();
    since.ifPresent(at -> out.put("since", new JsonValue.Str(InstantText.format(at))));
    until.ifPresent(at -> out.put("until", new JsonValue.Str(InstantText.format(at))));
    patient.ifPresent(one -> out.put("patient", new JsonValue.Str(one)));
    out.put("agent", strings(agents));
    out.put("resource", strings(resources));
    out.put("kind", strings(kinds.stream().map(ExportKind::word).sorted().toList()));
    return new JsonValue.Obj(out);
  }

  private static JsonValue strings(List<String> texts) {
    return new JsonValue.Arr(texts.stream().<JsonValue>map(JsonValue.Str::new).toList());
  }

  static ExportFilter read(JsonMembers in) {
    Set<ExportKind> kinds = EnumSet.noneOf(ExportKind.class);
    for (String word : strings(in, "kind")) {
      kinds.add(
          ExportKind.of(word)
              .orElseThrow(() -> in.wrong("kind", "want a kind that this version knows")));
    }
    ExportFilter filter =
        new ExportFilter(
            instant(in, "since"),
            instant(in, "until"),
            in.has("patient") ? Optional.of(in.string("patient")) : Optional.empty(),
            strings(in, "agent"),
            strings(in, "resource"),
            kinds);
    in.refuseOthers();
    return filter;
  }

  private static List<String> strings(JsonMembers in, String name) {
    List<String> texts = new ArrayList<>();
    for (JsonValue value : in.list(name, MOST_VALUES)) {
      if (!(value instanceof JsonValue.Str text)) {
        throw in.wrong(name, "want strings");
      }
      texts.add(text.text());
    }
    return texts;
  }

  private static Optional<Instant> instant(JsonMembers in, String name) {
    if (!in.has(name)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InstantText.parse(in.string(name)));
    } catch (DateTimeException wrong) {
      throw in.wrong(name, String.valueOf(wrong.getMessage()));
    }
  }

  /** The filter as JSON text, for whoever keeps it. */
  public String toText() {
    return toJson().toJson();
  }

  /**
   * Reads what {@link #toText} wrote.
   *
   * @throws ProofFormatException for anything else
   */
  public static ExportFilter ofText(String text) {
    try {
      byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      return read(JsonMembers.of(JsonValue.parse(bytes, 1 << 18, 4), "filter"));
    } catch (CanonicalFormException wrong) {
      throw new ProofFormatException(String.valueOf(wrong.getMessage()));
    }
  }
}
