package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A patient's accounting with its proofs, one JSON object a line: first a head, then one line for
 * each disclosure in the order of their numbers, then those that have no number yet. Nothing in it
 * is trusted before {@link AccountingVerification} has checked it.
 */
public final class AccountingFile {
  /** Value of the member {@code format} of the first line. */
  public static final String FORMAT = "fhiranchor-accounting/1";

  /** Media type over HTTP. */
  public static final String MEDIA_TYPE = "application/x-ndjson";

  /** Longest line, in bytes. */
  public static final int MAX_LINE = 1 << 20;

  /** Most leaves of erasures in the first line. */
  public static final int MAX_ERASURES = 20;

  private static final int MAX_DEPTH = 8;

  private static final Set<String> OUTCOMES = Set.of("shown", "refused");

  private AccountingFile() {}

  /**
   * The first line.
   *
   * @param subject the tag of the patient
   * @param heads empty while nothing is anchored that ends with a heads leaf
   * @param retention the newest leaf that says which content was removed, if any was
   * @param erasures the leaves that say that contents of this patient were erased
   */
  public record Head(
      Digest subject,
      Optional<Newest> heads,
      Optional<ProofFile> retention,
      List<ProofFile> erasures) {
    public Head {
      erasures = List.copyOf(erasures);
    }

    /** Nothing was erased. */
    public Head(Digest subject, Optional<Newest> heads, Optional<ProofFile> retention) {
      this(subject, heads, retention, List.of());
    }
  }

  /**
   * What shows which disclosure is the newest one of the anchored log.
   *
   * @param proof of the heads leaf
   * @param map from the patient's place to the root that the leaf names
   * @param salt of the patient's head; empty where the place is
   */
  public record Newest(ProofFile proof, SparseMapProof map, Optional<Salt> salt) {}

  /**
   * Another line.
   *
   * @param record the canonical JSON of the record; empty when its content was removed
   * @param proof empty while the disclosure waits for its number
   */
  public record Entry(Optional<String> record, Optional<ProofFile> proof) {}

  /** The first line, without its end. */
  public static String write(Head head) {
    Map<String, JsonValue> out = new LinkedHashMap<>();
    out.put("format", new JsonValue.Str(FORMAT));
    out.put("subject", new JsonValue.Str(head.subject().hex()));
    out.put("heads", orNull(head.heads().map(AccountingFile::json)));
    head.retention().ifPresent(proof -> out.put("retention", ProofFileJson.write(proof)));
    if (!head.erasures().isEmpty()) {
      out.put(
          "erasures",
          new JsonValue.Arr(
              head.erasures().stream().<JsonValue>map(ProofFileJson::write).toList()));
    }
    return new JsonValue.Obj(out).toJson();
  }

  /** Another line, without its end. */
  public static String write(Entry entry) {
    Map<String, JsonValue> out = new LinkedHashMap<>();
    out.put("record", orNull(entry.record().map(JsonValue.Str::new)));
    entry.proof().ifPresent(proof -> out.put("proof", ProofFileJson.write(proof)));
    return new JsonValue.Obj(out).toJson();
  }

  private static JsonValue json(Newest newest) {
    Map<String, JsonValue> out = new LinkedHashMap<>();
    out.put("proof", ProofFileJson.write(newest.proof()));
    List<JsonValue> depths = new ArrayList<>();
    newest.map().depths().forEach(depth -> depths.add(new JsonValue.Num(depth.toString())));
    out.put("depths", new JsonValue.Arr(depths));
    out.put("siblings", ProofFileJson.hashes(newest.map().siblings()));
    newest.salt().ifPresent(salt -> out.put("salt", new JsonValue.Str(salt.base64())));
    return new JsonValue.Obj(out);
  }

  private static JsonValue orNull(Optional<? extends JsonValue> value) {
    return value.<JsonValue>map(one -> one).orElseGet(JsonValue.Null::new);
  }

  /**
   * Reads the first line strictly.
   *
   * @throws ProofFormatException naming what is wrong
   */
  static Head readHead(byte[] line) {
    try {
      JsonMembers in = JsonMembers.of(JsonValue.parse(line, MAX_LINE, MAX_DEPTH), "accounting");
      if (!in.string("format").equals(FORMAT)) {
        throw in.wrong("format", "want " + FORMAT);
      }
      Head head =
          new Head(
              in.read("subject", Digest::fromHex),
              in.isNull("heads") ? Optional.empty() : Optional.of(newest(in.object("heads"))),
              in.has("retention")
                  ? Optional.of(ProofFileJson.read(in.value("retention")))
                  : Optional.empty(),
              in.has("erasures")
                  ? in.list("erasures", MAX_ERASURES).stream().map(ProofFileJson::read).toList()
                  : List.of());
      in.refuseOthers();
      return head;
    } catch (CanonicalFormException wrong) {
      throw new ProofFormatException(String.valueOf(wrong.getMessage()));
    }
  }

  private static Newest newest(JsonMembers in) {
    ProofFile proof = ProofFileJson.read(in.value("proof"));
    List<Integer> depths = new ArrayList<>();
    for (JsonValue depth : in.list("depths", SparseMap.DEPTH)) {
      if (!(depth instanceof JsonValue.Num number) || !number.literal().matches("[0-9]{1,2}")) {
        throw in.wrong("depths", "want numbers below " + SparseMap.DEPTH);
      }
      depths.add(Integer.parseInt(number.literal()));
    }
    List<Digest> siblings = ProofFileJson.hashes(in, "siblings", SparseMap.DEPTH);
    Optional<Salt> salt =
        in.has("salt") ? Optional.of(in.read("salt", Salt::fromBase64)) : Optional.empty();
    in.refuseOthers();
    return new Newest(proof, new SparseMapProof(depths, siblings), salt);
  }

  /**
   * Reads another line strictly.
   *
   * @throws ProofFormatException naming what is wrong
   */
  static Entry readEntry(byte[] line) {
    try {
      JsonMembers in = JsonMembers.of(JsonValue.parse(line, MAX_LINE, MAX_DEPTH), "disclosure");
      Entry entry =
          new Entry(
              in.isNull("record") ? Optional.empty() : Optional.of(in.string("record")),
              in.has("proof")
                  ? Optional.of(ProofFileJson.read(in.value("proof")))
                  : Optional.empty());
      in.refuseOthers();
      return entry;
    } catch (CanonicalFormException wrong) {
      throw new ProofFormatException(String.valueOf(wrong.getMessage()));
    }
  }

  /**
   * What every record has, whatever else it says. Of one whose digest a statement names nobody
   * needs to ask.
   *
   * @throws ProofFormatException naming what is wrong
   */
  static void requireRecord(String record) {
    try {
      byte[] text = record.getBytes(UTF_8);
      JsonMembers in = JsonMembers.of(JsonValue.parse(text, MAX_LINE, MAX_DEPTH), "record");
      if (!Arrays.equals(CanonicalJson.of(text), text)) {
        throw new ProofFormatException("record: want canonical JSON");
      }
      in.literal("v", "1");
      in.read("salt", Salt::fromBase64);
      in.string("interaction");
      in.string("patient");
      if (!OUTCOMES.contains(in.string("outcome"))) {
        throw in.wrong("outcome", "want shown or refused");
      }
      if (!isInstant(in.string("recorded"))) {
        throw in.wrong("recorded", "want an instant such as 2026-01-31T23:59:59.123Z");
      }
    } catch (CanonicalFormException wrong) {
      throw new ProofFormatException(String.valueOf(wrong.getMessage()));
    }
  }

  private static boolean isInstant(String text) {
    try {
      return InstantText.format(InstantText.parse(text)).equals(text);
    } catch (DateTimeException | IllegalArgumentException other) {
      return false;
    }
  }
}
