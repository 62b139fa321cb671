package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file of an export that opens every leaf of its range, one JSON object a line, by index. With
 * these lines and the edge hashes of the manifest the tree's root is made anew.
 */
public final class ExportLeaves {
  /** Its name in an export. */
  public static final String NAME = "leaves.ndjson";

  /** Longest line of any file of an export, in bytes. */
  public static final int MAX_LINE = 1 << 21;

  private static final int MAX_DEPTH = 8;

  private ExportLeaves() {}

  /** A line. */
  public sealed interface Line {
    /** Which leaf. */
    LeafIndex index();

    /** What the leaf commits to it with. */
    Digest commitment();

    /** The hash that the tree holds. */
    default Digest leafHash() {
      return TreeHash.leaf(Commitment.entry(commitment()));
    }
  }

  /**
   * A leaf with everything behind it.
   *
   * @param record the canonical JSON behind the statement's digest; empty for kinds that have none,
   *     and for a disclosure whose content was removed
   * @param inclusionProof in an export of one patient, where no other leaves are there
   */
  public record Opened(
      LeafIndex index,
      Statement statement,
      Salt salt,
      Optional<String> record,
      Optional<List<Digest>> inclusionProof)
      implements Line {
    @Override
    public Digest commitment() {
      return Commitment.of(salt, statement);
    }
  }

  /** A leaf that was erased: nothing is left but its commitment. */
  public record Erased(LeafIndex index, Digest commitment) implements Line {}

  /** A line, without its end. */
  public static String write(Line line) {
    Map<String, JsonValue> out = new LinkedHashMap<>();
    out.put("leafIndex", new JsonValue.Num(line.index().toString()));
    out.put("commitment", new JsonValue.Str(line.commitment().hex()));
    if (line instanceof Opened opened) {
      out.put("statement", opened.statement().toJson());
      out.put("salt", new JsonValue.Str(opened.salt().base64()));
      opened.record().ifPresent(record -> out.put("record", new JsonValue.Str(record)));
      opened
          .inclusionProof()
          .ifPresent(proof -> out.put("inclusionProof", ProofFileJson.hashes(proof)));
    }
    return new JsonValue.Obj(out).toJson();
  }

  private static Opened opened(JsonMembers in, LeafIndex index) {
    return new Opened(
        index,
        StatementReader.read(in.value("statement")),
        in.read("salt", Salt::fromBase64),
        in.has("record") ? Optional.of(in.string("record")) : Optional.empty(),
        in.has("inclusionProof")
            ? Optional.of(ProofFileJson.hashes(in, "inclusionProof", ProofFile.MAX_HASHES))
            : Optional.empty());
  }

  /**
   * Reads a line strictly: only what {@link #write} gives.
   *
   * @throws ProofFormatException naming what is wrong
   */
  static Line read(byte[] json) {
    try {
      JsonMembers in = JsonMembers.of(JsonValue.parse(json, MAX_LINE, MAX_DEPTH), "leaf");
      LeafIndex index = new LeafIndex(in.count("leafIndex"));
      Digest commitment = in.read("commitment", Digest::fromHex);
      Line line = in.has("statement") ? opened(in, index) : new Erased(index, commitment);
      in.refuseOthers();
      if (!write(line).equals(new String(json, StandardCharsets.UTF_8))) {
        throw new ProofFormatException(
            "leaf %s: its commitment is not its statement's, or it is spelled in another way"
                .formatted(index));
      }
      return line;
    } catch (CanonicalFormException wrong) {
      throw new ProofFormatException(String.valueOf(wrong.getMessage()));
    }
  }
}
