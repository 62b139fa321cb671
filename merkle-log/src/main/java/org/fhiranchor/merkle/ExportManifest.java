package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an export says of itself (EXP-2). Signed with the log's key by a note beside it; nothing in
 * it is trusted before {@link ExportVerification} has checked it.
 *
 * @param created when the export was made, as the server says
 * @param range the leaves that are opened, all of them; empty for an export of one patient
 * @param retention the newest leaf that says which contents of disclosures were removed
 */
public record ExportManifest(
    String created,
    ExportOrigin origin,
    Optional<Range> range,
    ExportFilter filter,
    ExportFormat format,
    Map<ExportKind, Long> counts,
    long removed,
    List<Long> erased,
    Optional<ProofFile> retention,
    List<FileEntry> files) {
  /** Its name in an export. */
  public static final String NAME = "manifest.json";

  /** The name of the note that signs it. */
  public static final String SIGNATURE = "manifest.sig";

  /** The name of an accounting in an export of one patient. */
  public static final String ACCOUNTING = "accounting.ndjson";

  /** Value of the member {@code format}. */
  public static final String FORMAT = "fhiranchor-export/1";

  /** Largest manifest, in bytes. */
  public static final int MAX_BYTES = 16 << 20;

  /** Most leaves that are listed as erased. */
  public static final int MAX_ERASED = 500_000;

  /** What it says of a kind of which nothing may be missing. */
  public static final String PROVEN = "proven";

  /** What it says of a kind of which something may be missing. */
  public static final String NOT_PROVEN = "not proven, use an unfiltered export";

  private static final int MAX_DEPTH = 10;
  private static final int MAX_FILES = 16;

  /** Keeps unmodifiable copies. */
  public ExportManifest {
    counts = Map.copyOf(counts);
    erased = List.copyOf(erased);
    files = List.copyOf(files);
  }

  /**
   * Leaves of which none is left out.
   *
   * @param from the first
   * @param to the one after the last
   * @param edges the hashes beside them ({@link RangeProof})
   */
  public record Range(LeafIndex from, LeafIndex to, List<Digest> edges) {
    /** Keeps an unmodifiable copy. */
    public Range {
      edges = List.copyOf(edges);
    }
  }

  /** A file of the export. */
  public record FileEntry(String name, long bytes, Digest sha256) {}

  /** Whether nothing of this kind can be missing. */
  public String completeness(ExportKind kind) {
    boolean chained = kind == ExportKind.DISCLOSURES || kind == ExportKind.REFUSALS;
    return range.isPresent() || chained ? PROVEN : NOT_PROVEN;
  }

  /** The text of the file. */
  public String toJson() {
    JsonObject complete = new JsonObject();
    JsonObject counted = new JsonObject();
    for (ExportKind kind : ExportKind.values()) {
      if (filter.kinds().contains(kind)) {
        complete.with(kind.word(), completeness(kind));
        counted.with(kind.word(), counts.getOrDefault(kind, 0L));
      }
    }
    JsonObject out =
        new JsonObject()
            .with("format", FORMAT)
            .with("created", created)
            .with("checkpoint", origin.checkpoint().note())
            .with("anchor", ProofFileJson.anchor(origin.anchor()));
    range.ifPresent(one -> out.with("range", json(one)));
    out.with("filter", filter.toJson())
        .with("outputFormat", format.word())
        .with("complete", complete)
        .with("counts", counted)
        .with("removed", removed)
        .with(
            "erased",
            new JsonValue.Arr(
                erased.stream()
                    .<JsonValue>map(index -> new JsonValue.Num(Long.toString(index)))
                    .toList()));
    retention.ifPresent(proof -> out.with("retention", ProofFileJson.write(proof)));
    return out.with("files", files.stream().map(ExportManifest::json).toList()).text();
  }

  private static JsonObject json(Range range) {
    return new JsonObject()
        .with("from", range.from().value())
        .with("to", range.to().value())
        .with("edges", ProofFileJson.hashes(range.edges()));
  }

  private static JsonObject json(FileEntry file) {
    return new JsonObject()
        .with("name", file.name())
        .with("bytes", file.bytes())
        .with("sha256", file.sha256().hex());
  }

  /**
   * Reads a manifest strictly: only what {@link #toJson} gives.
   *
   * @throws ProofFormatException naming what is wrong
   */
  public static ExportManifest parse(byte[] json) {
    try {
      JsonMembers in = JsonMembers.of(JsonValue.parse(json, MAX_BYTES, MAX_DEPTH), "manifest");
      if (!in.string("format").equals(FORMAT)) {
        throw in.wrong("format", "want " + FORMAT);
      }
      ExportManifest manifest = read(in);
      if (!manifest.toJson().equals(new String(json, UTF_8))) {
        throw new ProofFormatException("manifest: want the one spelling of what it says");
      }
      return manifest;
    } catch (CanonicalFormException wrong) {
      throw new ProofFormatException(String.valueOf(wrong.getMessage()));
    }
  }

  private static ExportManifest read(JsonMembers in) {
    ExportFilter filter = ExportFilter.read(in.object("filter"));
    JsonMembers counted = in.object("counts");
    Map<ExportKind, Long> counts = new EnumMap<>(ExportKind.class);
    filter.kinds().forEach(kind -> counts.put(kind, counted.count(kind.word())));
    List<Long> erased = new ArrayList<>();
    for (JsonValue index : in.list("erased", MAX_ERASED)) {
      erased.add(number(in, index));
    }
    List<FileEntry> files = new ArrayList<>();
    for (JsonValue file : in.list("files", MAX_FILES)) {
      files.add(file(JsonMembers.of(file, "file")));
    }
    return new ExportManifest(
        in.string("created"),
        origin(in),
        in.has("range") ? Optional.of(range(in.object("range"))) : Optional.empty(),
        filter,
        ExportFormat.of(in.string("outputFormat"))
            .orElseThrow(() -> in.wrong("outputFormat", "want ndjson, csv or prov")),
        counts,
        in.count("removed"),
        erased,
        in.has("retention")
            ? Optional.of(ProofFileJson.read(in.value("retention")))
            : Optional.empty(),
        files);
  }

  private static long number(JsonMembers in, JsonValue value) {
    if (value instanceof JsonValue.Num number && number.literal().matches("[0-9]{1,18}")) {
      return Long.parseLong(number.literal());
    }
    throw in.wrong("erased", "want leaf indexes");
  }

  private static Range range(JsonMembers in) {
    return new Range(
        new LeafIndex(in.count("from")),
        new LeafIndex(in.count("to")),
        ProofFileJson.hashes(in, "edges", RangeProof.MAX_EDGES));
  }

  private static FileEntry file(JsonMembers in) {
    return new FileEntry(in.string("name"), in.count("bytes"), in.read("sha256", Digest::fromHex));
  }

  private static ExportOrigin origin(JsonMembers in) {
    return new ExportOrigin(
        SignedCheckpoint.parse(in.string("checkpoint")),
        in.isNull("anchor")
            ? Optional.empty()
            : Optional.of(ProofFileJson.anchor(in.object("anchor"))));
  }

  /** The head of an export as text, for a server that goes on with one. */
  public static String write(ExportOrigin origin) {
    return new JsonObject()
        .with("checkpoint", origin.checkpoint().note())
        .with("anchor", ProofFileJson.anchor(origin.anchor()))
        .text();
  }

  /**
   * Reads what {@link #write} gave.
   *
   * @throws ProofFormatException for anything else
   */
  public static ExportOrigin readOrigin(String text) {
    try {
      return origin(
          JsonMembers.of(JsonValue.parse(text.getBytes(UTF_8), 1 << 16, MAX_DEPTH), "head"));
    } catch (CanonicalFormException wrong) {
      throw new ProofFormatException(String.valueOf(wrong.getMessage()));
    }
  }
}
