package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProofVectorsTest {
  @Test
  @DisplayName("TREE-3 the vector files are what their generators make")
  void filesAreUpToDate() throws IOException {
    assertThat(Files.readString(ProofVectors.FILE)).isEqualTo(ProofVectors.make());
    assertThat(Files.readString(CanonicalVectors.FILE)).isEqualTo(CanonicalVectors.make());
    assertThat(Files.readString(VerificationVectors.FILE)).isEqualTo(VerificationVectors.make());
    assertThat(Files.readString(AccountingVectors.FILE)).isEqualTo(AccountingVectors.make());
    assertThat(Files.readString(ExportVectors.FILE)).isEqualTo(ExportVectors.make());
  }

  @Test
  @DisplayName("TREE-3 every inclusion vector gets the verdict it names")
  void everyInclusionVector() throws IOException {
    for (JsonMembers vector : vectors("inclusion")) {
      ProofResult result =
          ProofCheck.inclusion(
              digest(vector, "leafHash"),
              new LeafIndex(vector.count("index")),
              new TreeSize(vector.count("size")),
              proof(vector),
              digest(vector, "root"));
      assertThat(result.isValid()).as(vector.string("name")).isEqualTo(valid(vector));
    }
  }

  @Test
  @DisplayName("TREE-3 every consistency vector gets the verdict it names")
  void everyConsistencyVector() throws IOException {
    for (JsonMembers vector : vectors("consistency")) {
      ProofResult result =
          ProofCheck.consistency(
              new TreeSize(vector.count("from")),
              digest(vector, "fromRoot"),
              new TreeSize(vector.count("to")),
              digest(vector, "toRoot"),
              proof(vector));
      assertThat(result.isValid()).as(vector.string("name")).isEqualTo(valid(vector));
    }
  }

  @Test
  @DisplayName("TREE-3 the vector file holds at least three wrong proofs for a right one")
  void mostVectorsAreWrong() throws IOException {
    for (String kind : List.of("inclusion", "consistency")) {
      List<JsonMembers> vectors = vectors(kind);
      long right = vectors.stream().filter(ProofVectorsTest::valid).count();
      assertThat(right).isPositive();
      assertThat(vectors.size() - right).isGreaterThan(3 * right);
      assertThat(vectors).hasSizeLessThan(1500);
    }
  }

  private static List<JsonMembers> vectors(String kind) throws IOException {
    List<JsonMembers> vectors = new ArrayList<>();
    JsonMembers.of(ProofVectors.read(), "vectors")
        .list(kind, 2000)
        .forEach(vector -> vectors.add(JsonMembers.of(vector, kind)));
    return vectors;
  }

  private static Digest digest(JsonMembers vector, String name) {
    return vector.read(name, Digest::fromHex);
  }

  private static List<Digest> proof(JsonMembers vector) {
    List<Digest> proof = new ArrayList<>();
    for (JsonValue hash : vector.list("proof", 64)) {
      if (hash instanceof JsonValue.Str hex) {
        proof.add(Digest.fromHex(hex.text()));
      }
    }
    return proof;
  }

  private static boolean valid(JsonMembers vector) {
    return vector.value("valid").equals(new JsonValue.Bool(true));
  }
}
