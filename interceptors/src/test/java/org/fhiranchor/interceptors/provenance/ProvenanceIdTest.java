package org.fhiranchor.interceptors.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProvenanceIdTest {
  private static Statement.ResourceVersion version(String type, String id, String version) {
    Digest any = Digest.sha256();
    return new Statement.ResourceVersion(
        Instant.EPOCH,
        new ResourceKey(type, id),
        version,
        Operation.CREATE,
        Optional.of(any),
        any,
        Optional.empty());
  }

  @Test
  @DisplayName("PRV-1 an id names its version and is read back, dots and dashes in it as well")
  void readBack() {
    for (String id : new String[] {"123", "a.b", "1.2", "x-1", "log.a.1"}) {
      String text = ProvenanceId.of(version("Observation", id, "7"), new LeafIndex(5));
      assertThat(text).isEqualTo("log.Observation." + id + ".7");
      assertThat(ProvenanceId.parse(text))
          .contains(new ProvenanceId.OfVersion(new ResourceKey("Observation", id), "7"));
    }
  }

  @Test
  @DisplayName("PRV-1 where the name would be longer than an id may be, the leaf's place is the id")
  void longNames() {
    String fits = "a".repeat(64 - "log.Observation..7".length());
    assertThat(ProvenanceId.of(version("Observation", fits, "7"), new LeafIndex(5)))
        .hasSize(64)
        .startsWith("log.Observation.");
    String longer = fits + "a";
    String text = ProvenanceId.of(version("Observation", longer, "7"), new LeafIndex(5));
    assertThat(text).isEqualTo("log.leaf.5");
    assertThat(ProvenanceId.parse(text)).contains(new ProvenanceId.OfLeaf(new LeafIndex(5)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "log.",
        "log.leaf.",
        "log.leaf.05",
        "log.leaf.-1",
        "log.leaf.9999999999999999999",
        "log.Observation.1",
        "log.Observation.1.0",
        "log.Observation.1.x",
        "log.observation.1.2",
        "Observation.1.2",
        "log.Observation.a_b.1"
      })
  @DisplayName("PRV-1 nothing else is an id of the log's")
  void others(String text) {
    assertThat(ProvenanceId.parse(text)).isEmpty();
  }
}
