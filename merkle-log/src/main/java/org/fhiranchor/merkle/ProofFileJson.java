package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Proof files from and to JSON. */
final class ProofFileJson {
  private ProofFileJson() {}

  static ProofFile read(JsonValue json) {
    JsonMembers in = JsonMembers.of(json, "proof");
    if (!in.string("format").equals(ProofFile.FORMAT)) {
      throw in.wrong("format", "want " + ProofFile.FORMAT);
    }
    List<Digest> inclusion = hashes(in, "inclusionProof");
    List<Digest> consistency =
        in.has("consistencyProof") ? hashes(in, "consistencyProof") : List.of();
    ProofFile proof =
        new ProofFile(
            StatementReader.read(in.value("statement")),
            in.read("salt", Salt::fromBase64),
            new LeafIndex(in.count("leafIndex")),
            SignedCheckpoint.parse(in.string("checkpoint")),
            inclusion,
            in.isNull("anchor") ? Optional.empty() : Optional.of(anchor(in.object("anchor"))),
            consistency);
    in.refuseOthers();
    return proof;
  }

  private static List<Digest> hashes(JsonMembers in, String name) {
    return hashes(in, name, ProofFile.MAX_HASHES);
  }

  static List<Digest> hashes(JsonMembers in, String name, int most) {
    List<Digest> hashes = new ArrayList<>();
    for (JsonValue element : in.list(name, most)) {
      if (!(element instanceof JsonValue.Str base64)) {
        throw in.wrong(name, "want base64 strings");
      }
      try {
        hashes.add(Digest.fromBase64(base64.text()));
      } catch (IllegalArgumentException wrong) {
        throw in.wrong(name, String.valueOf(wrong.getMessage()));
      }
    }
    return hashes;
  }

  static Anchor anchor(JsonMembers in) {
    long chainId = in.count("chainId");
    String contract = in.string("contract");
    Digest logId = in.read("logId", ProofFileJson::fromPrefixedHex);
    TreeSize size = new TreeSize(in.count("size"));
    Digest root = in.read("root", Digest::fromBase64);
    long blockNumber = in.count("blockNumber");
    Digest blockHash = in.read("blockHash", ProofFileJson::fromPrefixedHex);
    Digest transactionHash = in.read("transactionHash", ProofFileJson::fromPrefixedHex);
    String finality = in.string("finality");
    in.refuseOthers();
    return in.make(
        () ->
            new Anchor(
                chainId,
                contract,
                logId,
                size,
                root,
                blockNumber,
                blockHash,
                transactionHash,
                finality));
  }

  private static Digest fromPrefixedHex(String text) {
    if (!text.startsWith("0x")) {
      throw new IllegalArgumentException("want 0x and 64 lower-case hex digits");
    }
    return Digest.fromHex(text.substring(2));
  }

  static JsonValue.Obj write(ProofFile proof) {
    Map<String, JsonValue> out = new LinkedHashMap<>();
    out.put("format", new JsonValue.Str(ProofFile.FORMAT));
    out.put("statement", proof.statement().toJson());
    out.put("salt", new JsonValue.Str(proof.salt().base64()));
    out.put("leafIndex", new JsonValue.Num(proof.leafIndex().toString()));
    out.put("checkpoint", new JsonValue.Str(proof.checkpoint().note()));
    out.put("inclusionProof", hashes(proof.inclusionProof()));
    out.put("anchor", anchor(proof.anchor()));
    if (!proof.consistencyProof().isEmpty()) {
      out.put("consistencyProof", hashes(proof.consistencyProof()));
    }
    return new JsonValue.Obj(out);
  }

  static JsonValue anchor(Optional<Anchor> anchor) {
    return anchor.map(ProofFileJson::write).orElseGet(JsonValue.Null::new);
  }

  static JsonValue hashes(List<Digest> hashes) {
    return new JsonValue.Arr(
        hashes.stream().<JsonValue>map(hash -> new JsonValue.Str(hash.base64())).toList());
  }

  private static JsonValue write(Anchor anchor) {
    Map<String, JsonValue> out = new LinkedHashMap<>();
    out.put("chainId", new JsonValue.Num(Long.toString(anchor.chainId())));
    out.put("contract", new JsonValue.Str(anchor.contract()));
    out.put("logId", new JsonValue.Str("0x" + anchor.logId()));
    out.put("size", new JsonValue.Num(anchor.size().toString()));
    out.put("root", new JsonValue.Str(anchor.root().base64()));
    out.put("blockNumber", new JsonValue.Num(Long.toString(anchor.blockNumber())));
    out.put("blockHash", new JsonValue.Str("0x" + anchor.blockHash()));
    out.put("transactionHash", new JsonValue.Str("0x" + anchor.transactionHash()));
    out.put("finality", new JsonValue.Str(anchor.finality()));
    return new JsonValue.Obj(out);
  }
}
