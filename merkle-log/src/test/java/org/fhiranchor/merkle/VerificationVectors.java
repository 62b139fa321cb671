package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Makes {@code vectors/verifications.json}: resources with proof files, what is known of the head,
 * and the report that must come of them, word by word; most are wrong in one place. The verifier in
 * JavaScript reads it, too. Run it with the file's path to write it anew.
 */
final class VerificationVectors {
  static final Path FILE = Path.of("src/test/resources/vectors/verifications.json");

  /** The key that the tests of Go's note package sign with: public knowledge. */
  private static final LogSigningKey KEY =
      LogSigningKey.parse(
          "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");

  private static final byte[] PATIENT = SampleLog.patient("7", 1, "Chalmers");
  private static final Digest OTHER = Digest.sha256("other".getBytes(UTF_8));

  private final SampleLog log = log();
  private final List<JsonValue> vectors = new ArrayList<>();
  private final HeadEvidence head = onLedger(42, root(42), Optional.empty());

  private VerificationVectors() {}

  public static void main(String[] args) throws IOException {
    Files.writeString(Path.of(args[0]), make());
  }

  static String make() {
    VerificationVectors made = new VerificationVectors();
    made.rightOnes();
    made.heads();
    made.everyMember();
    made.wrongLists();
    made.notes();
    return new VectorFile().with("verifications", made.vectors).text();
  }

  private static SampleLog log() {
    SampleLog log =
        SampleLog.of(
            SampleLog.stored(PATIENT, Operation.CREATE),
            SampleLog.deleted(new ResourceKey("Patient", "7"), 2),
            new Statement.Disclosure(SampleLog.NOW, OTHER, 0, OTHER, Optional.empty()),
            new Statement.ConsentEvent(
                SampleLog.NOW,
                "s",
                new ResourceKey("Consent", "c"),
                "granted",
                OTHER,
                Optional.of(OTHER)),
            new Statement.KeyBinding(
                SampleLog.NOW, "s", "bound", "0x" + "ab".repeat(20), OTHER, Optional.empty()),
            new Statement.Erasure(
                SampleLog.NOW,
                LeafRanges.parse("0-1,4"),
                LeafRanges.parse("2"),
                OTHER,
                Optional.of(OTHER)),
            new Statement.Heads(SampleLog.NOW, OTHER, 6, Optional.empty()),
            new Statement.Retention(SampleLog.NOW, SampleLog.NOW, Optional.of(OTHER)));
    log.fill(55);
    return log;
  }

  private void rightOnes() {
    byte[] other = SampleLog.patient("7", 1, "Chalmerz");
    byte[] version = SampleLog.patient("7", 2, "Chalmers");
    for (int leaf = 0; leaf < 8; leaf++) {
      String proof = proof(leaf, 30, Optional.of(42L)).toJson();
      add("leaf " + leaf + " without a resource", Optional.empty(), proof, head);
      for (byte[] resource : List.of(PATIENT, other, version, "{".getBytes(UTF_8))) {
        add("leaf " + leaf + " with a resource", Optional.of(resource), proof, head);
      }
    }
    for (String xml : List.of("<Patient/>", "\uFEFF \r\n<?xml version=\"1.0\"?><Patient/>")) {
      String proof = proof(0, 30, Optional.of(42L)).toJson();
      add("a copy in XML", Optional.of(xml.getBytes(UTF_8)), proof, head);
    }
    add("pending", Optional.of(PATIENT), proof(0, 30, Optional.empty()).toJson(), head);
    add("anchored as it is", Optional.of(PATIENT), proof(0, 42, Optional.of(42L)).toJson(), head);
    add("the only leaf", Optional.of(PATIENT), proof(0, 1, Optional.of(42L)).toJson(), head);
  }

  private void heads() {
    String anchored = proof(0, 30, Optional.of(42L)).toJson();
    String pending = proof(0, 30, Optional.empty()).toJson();
    List<HeadEvidence> heads =
        List.of(
            onLedger(42, OTHER, Optional.empty()),
            onLedger(41, root(41), Optional.of(root(42))),
            onLedger(0, TreeHash.EMPTY, Optional.empty()),
            onLedger(63, root(63), Optional.empty()),
            onLedger(63, root(63), Optional.of(OTHER)),
            onLedger(63, root(63), Optional.of(root(42))),
            onLedger(30, root(30), Optional.empty()),
            new HeadEvidence.Pinned(new TreeSize(42), root(42)),
            new HeadEvidence.Pinned(new TreeSize(30), root(30)),
            new HeadEvidence.Pinned(new TreeSize(42), OTHER),
            new HeadEvidence.Pinned(new TreeSize(30), OTHER),
            new HeadEvidence.Pinned(new TreeSize(41), root(41)),
            new HeadEvidence.Contradicted("another chain", "1", "2"),
            new HeadEvidence.Unavailable("connection refused"));
    for (HeadEvidence known : heads) {
      add("anchored, another head", Optional.of(PATIENT), anchored, known);
      add("pending, another head", Optional.of(PATIENT), pending, known);
    }
  }

  /**
   * Each member of the proof file missing, of another type or value, and one too many in each
   * object.
   */
  private void everyMember() {
    JsonValue.Obj whole = ProofFileJson.write(proof(0, 30, Optional.of(42L)));
    changes(whole).forEach((how, changed) -> add(how, PATIENT, changed));
    for (int leaf = 2; leaf < 8; leaf++) {
      JsonValue.Obj proof = ProofFileJson.write(proof(leaf, 8, Optional.empty()));
      changes(log.statement(leaf).toJson())
          .forEach(
              (how, changed) ->
                  add(how, Optional.empty(), with(proof, "statement", changed).toJson(), head));
    }
  }

  private static Map<String, JsonValue> changes(JsonValue.Obj object) {
    Map<String, JsonValue> all = new LinkedHashMap<>();
    object
        .members()
        .forEach(
            (name, value) -> {
              Map<String, JsonValue> rest = new LinkedHashMap<>(object.members());
              rest.remove(name);
              all.put(name + " missing", new JsonValue.Obj(rest));
              for (JsonValue other : others(value)) {
                all.put(name + " = " + other.toJson(), with(object, name, other));
              }
              if (value instanceof JsonValue.Obj inner) {
                changes(inner)
                    .forEach(
                        (how, changed) -> all.put(name + "." + how, with(object, name, changed)));
              }
            });
    all.put("one too many", with(object, "more", new JsonValue.Null()));
    return all;
  }

  private static List<JsonValue> others(JsonValue value) {
    List<JsonValue> others = new ArrayList<>();
    others.add(new JsonValue.Null());
    others.add(new JsonValue.Num("7"));
    if (value instanceof JsonValue.Num) {
      others.add(new JsonValue.Num("7.0"));
      others.add(new JsonValue.Num("-1"));
      others.add(new JsonValue.Num("9223372036854775807"));
      others.add(new JsonValue.Num("9223372036854775808"));
    } else if (value instanceof JsonValue.Str string) {
      others.add(new JsonValue.Str(""));
      others.add(new JsonValue.Str(string.text() + " "));
      others.add(new JsonValue.Str(string.text().toUpperCase(Locale.ROOT)));
      others.add(new JsonValue.Str(flipLast(string.text())));
    } else {
      others.add(new JsonValue.Arr(List.of()));
      others.add(new JsonValue.Obj(Map.of()));
    }
    return others;
  }

  /** Another last letter or digit, so that most texts keep their shape. */
  private static String flipLast(String text) {
    for (int i = text.length() - 1; i >= 0; i--) {
      char c = text.charAt(i);
      if (Character.isLetterOrDigit(c)) {
        return text.substring(0, i) + (c == '1' ? '2' : '1') + text.substring(i + 1);
      }
    }
    return text + "1";
  }

  private void wrongLists() {
    ProofFile right = proof(0, 30, Optional.of(42L));
    JsonValue.Obj json = ProofFileJson.write(right);
    for (String name : List.of("inclusionProof", "consistencyProof")) {
      List<Digest> list = name.startsWith("i") ? right.inclusionProof() : right.consistencyProof();
      WrongLists.named(list, OTHER)
          .forEach((how, wrong) -> add(name + ": " + how, PATIENT, with(json, name, array(wrong))));
      add(name + ": 64 hashes", PATIENT, with(json, name, array(many(64))));
      add(name + ": 65 hashes", PATIENT, with(json, name, array(many(65))));
      add(
          name + ": a number",
          PATIENT,
          with(json, name, new JsonValue.Arr(List.of(new JsonValue.Num("1")))));
    }
  }

  private void notes() {
    JsonValue.Obj json = ProofFileJson.write(proof(0, 30, Optional.of(42L)));
    String note = proof(0, 30, Optional.of(42L)).checkpoint().note();
    String line = note.substring(note.indexOf("\n\n") + 2);
    String foreign = "\u2014 witness.example " + VectorFile.base64(new byte[100]) + "\n";
    String forged =
        line.substring(0, line.length() - 4) + (line.endsWith("A==\n") ? "Q==\n" : "A==\n");
    List<UnaryOperator<String>> changes =
        List.of(
            n -> n + foreign,
            n -> n + forged,
            n -> n.replace(line, foreign),
            n -> n + line.repeat(16),
            n -> n.replace("\n30\n", "\n31\n"),
            n -> n.replace("\n30\n", "\n030\n"),
            n -> n.replace("\n30\n", "\n-30\n"),
            n -> n.replace("\n30\n", "\n9223372036854775808\n"),
            n -> n.replace("\n30\n", "\n30\nextension\n"),
            n -> n.replace("\n30\n", "\n\u0663\u0660\n"),
            n -> n.replace("\u2014", "-"),
            n -> n.substring(0, n.length() - 1),
            n -> n + "\n",
            n -> n + "\u2014 x AAAA\n",
            n -> n + "\u2014 x y\n",
            n -> n + "\u2014 a\u00a0b " + VectorFile.base64(new byte[68]) + "\n",
            n -> n.replace("PeterNeumann\n30", "Peter Neumann\n30"),
            n -> n.replace("PeterNeumann\n30", "PeterNeumann2\n30"),
            n -> n.replace("\u2014 PeterNeumann", "\u2014 PeterNeumann2"),
            n -> "x".repeat(8193),
            n -> "\n\n",
            n -> "");
    for (UnaryOperator<String> change : changes) {
      add("another note", PATIENT, with(json, "checkpoint", new JsonValue.Str(change.apply(note))));
    }
  }

  private void add(String name, byte[] resource, JsonValue proof) {
    add(name, Optional.of(resource), proof.toJson(), head);
  }

  private void add(String name, Optional<byte[]> resource, String proof, HeadEvidence known) {
    byte[] bytes = proof.getBytes(UTF_8);
    LogVerifierKey key = KEY.verifierKey();
    Verdict verdict =
        resource
            .map(json -> Verification.ofResource(json, bytes, key, known))
            .orElseGet(() -> Verification.ofStatement(bytes, key, known));
    JsonValue text =
        resource
            .<JsonValue>map(json -> new JsonValue.Str(new String(json, UTF_8)))
            .orElseGet(JsonValue.Null::new);
    vectors.add(
        VectorFile.object(
            "name",
            name,
            "resource",
            text,
            "proof",
            proof,
            "key",
            key,
            "evidence",
            json(known),
            "report",
            json(verdict)));
  }

  private ProofFile proof(int leaf, long of, Optional<Long> anchored) {
    ProofFile proof = log.proof(leaf, of, anchored);
    Checkpoint unsigned = proof.checkpoint().checkpoint();
    return new ProofFile(
        proof.statement(),
        proof.salt(),
        proof.leafIndex(),
        KEY.sign(new Checkpoint(KEY.verifierKey().name(), unsigned.size(), unsigned.root())),
        proof.inclusionProof(),
        proof.anchor(),
        proof.consistencyProof());
  }

  private Digest root(long size) {
    return log.root(new TreeSize(size));
  }

  private static HeadEvidence onLedger(long size, Digest root, Optional<Digest> anchored) {
    return new HeadEvidence.OnLedger(new TreeSize(size), root, anchored);
  }

  private static List<Digest> many(int count) {
    return java.util.Collections.nCopies(count, OTHER);
  }

  private static JsonValue array(List<Digest> hashes) {
    return new JsonValue.Arr(
        hashes.stream().<JsonValue>map(hash -> new JsonValue.Str(hash.base64())).toList());
  }

  private static JsonValue with(JsonValue.Obj object, String name, JsonValue value) {
    Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
    members.put(name, value);
    return new JsonValue.Obj(members);
  }

  static JsonValue json(HeadEvidence evidence) {
    if (evidence instanceof HeadEvidence.Pinned pinned) {
      return VectorFile.object(
          "kind", "pinned", "size", pinned.size(), "root", pinned.root().hex());
    }
    if (evidence instanceof HeadEvidence.OnLedger ledger) {
      JsonValue anchored =
          ledger
              .anchored()
              .<JsonValue>map(root -> new JsonValue.Str(root.hex()))
              .orElseGet(JsonValue.Null::new);
      return VectorFile.object(
          "kind",
          "on-ledger",
          "size",
          ledger.size(),
          "root",
          ledger.root().hex(),
          "anchored",
          anchored);
    }
    if (evidence instanceof HeadEvidence.Contradicted no) {
      return VectorFile.object(
          "kind", "contradicted", "reason", no.reason(), "want", no.want(), "got", no.got());
    }
    return VectorFile.object(
        "kind", "unavailable", "reason", ((HeadEvidence.Unavailable) evidence).reason());
  }

  /** As the verifier's {@code --json} says it. */
  static JsonValue json(Verdict verdict) {
    List<JsonValue> held = new ArrayList<>();
    verdict
        .passed()
        .forEach(one -> held.add(VectorFile.object("step", name(one.step()), "what", one.what())));
    JsonValue list = new JsonValue.Arr(held);
    if (verdict instanceof Verdict.NotVerified no) {
      JsonValue failed =
          VectorFile.object(
              "step", name(no.step()), "reason", no.reason(), "want", no.want(), "got", no.got());
      return VectorFile.object("verdict", "not verified", "held", list, "failed", failed);
    }
    if (verdict instanceof Verdict.Undecided open) {
      JsonValue missing = VectorFile.object("step", name(open.step()), "missing", open.missing());
      return VectorFile.object("verdict", "undecided", "held", list, "undecided", missing);
    }
    return VectorFile.object("verdict", "verified", "held", list);
  }

  private static String name(Step step) {
    return step.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
