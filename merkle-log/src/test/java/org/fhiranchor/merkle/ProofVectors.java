package org.fhiranchor.merkle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes {@code vectors/proofs.json}, mostly wrong proofs, read by the Java, the Solidity and the
 * console tests (TREE-3). Run it with the file's path to write it anew.
 */
final class ProofVectors {
  static final Path FILE = Path.of("src/test/resources/vectors/proofs.json");

  private static final List<Digest> LEAVES = NaiveTree.leaves(140);
  private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 64, 65};
  private static final Digest STRANGER = NaiveTree.leaf("of another tree");

  private final List<JsonValue> inclusion = new ArrayList<>();
  private final List<JsonValue> consistency = new ArrayList<>();

  private ProofVectors() {}

  public static void main(String[] args) throws IOException {
    Files.writeString(Path.of(args[0]), make());
  }

  static String make() {
    ProofVectors vectors = new ProofVectors();
    for (int size : SIZES) {
      for (int index : new int[] {0, size / 2, size - 1}) {
        if (index == 0 || index != size / 2 || size / 2 != size - 1) {
          vectors.inclusion(index, size);
        }
      }
    }
    int[][] pairs = {
      {1, 1}, {1, 2}, {1, 5}, {2, 3}, {2, 8}, {3, 3}, {3, 7}, {4, 7}, {4, 8}, {5, 9}, {6, 8},
      {7, 8}, {8, 9}, {8, 16}, {9, 17}, {13, 31}, {16, 33}, {17, 33}, {31, 64}, {32, 64}, {33, 65},
      {63, 64}, {64, 65}
    };
    for (int[] pair : pairs) {
      vectors.consistency(pair[0], pair[1]);
    }
    return vectors.json();
  }

  private String json() {
    StringBuilder json = new StringBuilder("{\"inclusion\":[");
    lines(json, inclusion);
    json.append("],\"consistency\":[");
    lines(json, consistency);
    return json.append("]}\n").toString();
  }

  private static void lines(StringBuilder json, List<JsonValue> vectors) {
    for (int i = 0; i < vectors.size(); i++) {
      json.append(i == 0 ? "\n" : ",\n").append(vectors.get(i).toJson());
    }
    json.append('\n');
  }

  private void inclusion(int index, int size) {
    Digest leaf = LEAVES.get(index);
    Digest root = root(size);
    List<Digest> proof = NaiveTree.path(index, LEAVES.subList(0, size));
    String what = "leaf " + index + " of " + size;
    addInclusion(what, leaf, index, size, proof, root, true);
    WrongLists.named(proof, STRANGER)
        .forEach(
            (how, list) -> addInclusion(what + ": " + how, leaf, index, size, list, root, false));
    addInclusion(what + ": another leaf", STRANGER, index, size, proof, root, false);
    addInclusion(what + ": another root", leaf, index, size, proof, STRANGER, false);
    addInclusion(what + ": index + 1", leaf, index + 1, size, proof, root, false);
    addInclusion(what + ": index = size", leaf, size, size, proof, root, false);
    if (index > 0) {
      addInclusion(what + ": index - 1", leaf, index - 1, size, proof, root, false);
    }
    addInclusion(what + ": size 0", leaf, index, 0, proof, root, false);
    for (int other : new int[] {size - 1, size + 1, 2 * size}) {
      if (other > 0) {
        addInclusion(
            what + ": root and size of " + other, leaf, index, other, proof, root(other), false);
      }
    }
  }

  private void consistency(int from, int to) {
    Digest fromRoot = root(from);
    Digest toRoot = root(to);
    List<Digest> proof = NaiveTree.proof(from, LEAVES.subList(0, to));
    String what = from + " to " + to;
    addConsistency(what, from, fromRoot, to, toRoot, proof, true);
    WrongLists.named(proof, STRANGER)
        .forEach(
            (how, list) ->
                addConsistency(what + ": " + how, from, fromRoot, to, toRoot, list, false));
    addConsistency(what + ": another old root", from, STRANGER, to, toRoot, proof, false);
    addConsistency(what + ": another new root", from, fromRoot, to, STRANGER, proof, false);
    if (from != to) {
      addConsistency(what + ": roots swapped", from, toRoot, to, fromRoot, proof, false);
      addConsistency(what + ": sizes out of order", to, toRoot, from, fromRoot, proof, false);
      addConsistency(what + ": empty proof", from, fromRoot, to, toRoot, List.of(), false);
    }
    if (from > 1) {
      addConsistency(what + ": old size - 1", from - 1, root(from - 1), to, toRoot, proof, false);
    }
    addConsistency(what + ": new size x 2", from, fromRoot, 2 * to, root(2 * to), proof, false);
    addConsistency(what + ": new size + 1", from, fromRoot, to + 1, root(to + 1), proof, false);
  }

  private void addInclusion(
      String name,
      Digest leaf,
      int index,
      int size,
      List<Digest> proof,
      Digest root,
      boolean valid) {
    Map<String, JsonValue> vector = new LinkedHashMap<>();
    vector.put("name", new JsonValue.Str(name));
    vector.put("leafHash", new JsonValue.Str(leaf.hex()));
    vector.put("index", number(index));
    vector.put("size", number(size));
    vector.put("proof", list(proof));
    vector.put("root", new JsonValue.Str(root.hex()));
    vector.put("valid", new JsonValue.Bool(valid));
    inclusion.add(new JsonValue.Obj(vector));
  }

  private void addConsistency(
      String name,
      int from,
      Digest fromRoot,
      int to,
      Digest toRoot,
      List<Digest> proof,
      boolean valid) {
    Map<String, JsonValue> vector = new LinkedHashMap<>();
    vector.put("name", new JsonValue.Str(name));
    vector.put("from", number(from));
    vector.put("fromRoot", new JsonValue.Str(fromRoot.hex()));
    vector.put("to", number(to));
    vector.put("toRoot", new JsonValue.Str(toRoot.hex()));
    vector.put("proof", list(proof));
    vector.put("valid", new JsonValue.Bool(valid));
    consistency.add(new JsonValue.Obj(vector));
  }

  private static JsonValue number(int value) {
    return new JsonValue.Num(Integer.toString(value));
  }

  private static JsonValue list(List<Digest> hashes) {
    List<JsonValue> all = new ArrayList<>();
    hashes.forEach(hash -> all.add(new JsonValue.Str(hash.hex())));
    return new JsonValue.Arr(all);
  }

  private static Digest root(int size) {
    return NaiveTree.mth(LEAVES.subList(0, size));
  }

  static JsonValue read() throws IOException {
    byte[] json = Files.readString(FILE).getBytes(StandardCharsets.UTF_8);
    return JsonValue.parse(json, 4 << 20, 8);
  }
}
