package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** DENY-2: labels of what is decided as something else: Binaries and Provenances. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class CarriedLabelsTest {
  private static final String RESTRICTED =
      "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"R\"}]},";

  private final GatedServer server = GatedServer.shared();
  private String doctor;

  /** The doctor may see everything but what is restricted. */
  @BeforeAll
  void seed() {
    server.patient("carried");
    server.consent(
        "c-carried",
        "carried",
        "carrier",
        "TREAT",
        "\"provision\":[{\"type\":\"deny\",\"securityLabel\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"R\"}]}],");
    doctor = server.tokens().practitioner("carrier", "TREAT");
    server.observation("ca-plain", "carried");
  }

  private void binary(String id, String label, String context) {
    server.load(
        "Binary/" + id,
        "{\"resourceType\":\"Binary\",\"id\":\"%s\",%s%s\"contentType\":\"text/plain\",\"data\":\"aGVsbG8=\"}"
            .formatted(id, label, context));
  }

  private void document(String id, String binary) {
    server.load(
        "DocumentReference/" + id,
        "{\"resourceType\":\"DocumentReference\",\"id\":\"%s\",\"status\":\"current\",\"subject\":{\"reference\":\"Patient/carried\"},\"content\":[{\"attachment\":{\"url\":\"Binary/%s\"}}]}"
            .formatted(id, binary));
  }

  private int read(String path) {
    return server.get(doctor, path).statusCode();
  }

  @Test
  @DisplayName("DENY-2 a Binary's own label is denied, whatever its security context is")
  void inAContext() {
    String context = "\"securityContext\":{\"reference\":\"Observation/ca-plain\"},";
    binary("ca-open", "", context);
    binary("ca-closed", RESTRICTED, context);
    assertThat(read("Binary/ca-open")).isEqualTo(200);
    assertThat(read("Binary/ca-closed")).isEqualTo(403);
  }

  @Test
  @DisplayName("DENY-2 so is that of a Binary without one, which a document refers to")
  void referredTo() {
    binary("ca-referred", "", "");
    binary("ca-referred-closed", RESTRICTED, "");
    document("ca-doc", "ca-referred");
    document("ca-doc-closed", "ca-referred-closed");
    assertThat(read("DocumentReference/ca-doc-closed")).isEqualTo(200);
    assertThat(read("Binary/ca-referred")).isEqualTo(200);
    assertThat(read("Binary/ca-referred-closed")).isEqualTo(403);
  }

  @Test
  @DisplayName("DENY-2 so is that of a Provenance, whose targets are not labelled")
  void provenances() {
    for (String id : new String[] {"ca-prov", "ca-prov-closed"}) {
      server.load(
          "Provenance/" + id,
          "{\"resourceType\":\"Provenance\",\"id\":\"%s\",%s\"target\":[{\"reference\":\"Observation/ca-plain\"}],\"recorded\":\"2024-05-05T12:00:00Z\",\"agent\":[{\"who\":{\"reference\":\"Practitioner/carrier\"}}]}"
              .formatted(id, id.endsWith("closed") ? RESTRICTED : ""));
    }
    assertThat(read("Provenance/ca-prov")).isEqualTo(200);
    assertThat(read("Provenance/ca-prov-closed")).isEqualTo(403);
  }
}
