package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the log keeps about who wrote a version. */
final class WhoAndWhyTest {
  private final GatedServer gated = GatedServer.shared();

  @Test
  @DisplayName(
      "STM-1 the record behind a version says whose token wrote it, and its proof does not")
  void saysWhoWrote() {
    String token = gated.tokens().of("Practitioner/scribe", "", "system/*.cruds", "TREAT");
    String patient = "{\"resourceType\":\"Patient\",\"id\":\"quilled\"}";
    assertThat(gated.ask(token, "PUT", "Patient/quilled", patient).statusCode()).isEqualTo(201);
    SequencedLeaf leaf = leaf(new ResourceKey("Patient", "quilled"));
    assertThat(leaf.record())
        .contains("\"writer\":\"client\"", "\"subject\":\"scribe\"", "\"roles\":\"service\"")
        .contains("\"user\":\"Practitioner/scribe\"")
        .contains("\"purposes\":\"http://terminology.hl7.org/CodeSystem/v3-ActReason|TREAT\"")
        .contains("\"requestId\":\"");
    Statement.ResourceVersion version = (Statement.ResourceVersion) leaf.statement();
    assertThat(version.provenance()).isEqualTo(Digest.sha256(leaf.record().getBytes(UTF_8)));
    String proof = gated.get(gated.tokens().patient("quilled"), "Patient/quilled/$proof").body();
    assertThat(proof).contains("fhiranchor-proof/1").doesNotContain("scribe\"", "TREAT");
  }

  private SequencedLeaf leaf(ResourceKey resource) {
    LogStore store = gated.server().bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> store.version(resource, "1").isPresent());
    return store.version(resource, "1").orElseThrow();
  }
}
