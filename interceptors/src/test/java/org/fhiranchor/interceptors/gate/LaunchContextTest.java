package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A doctor who may see two patients, with a token that was launched for one of them. */
@TestInstance(Lifecycle.PER_CLASS)
final class LaunchContextTest {
  private final GatedServer server = GatedServer.shared();

  @BeforeAll
  void seed() {
    for (String patient : new String[] {"lc-here", "lc-there"}) {
      server.patient(patient);
      server.observation("ob-" + patient, patient);
      server.consent("c-" + patient, patient, "lc-doctor", "TREAT");
    }
  }

  @Test
  @DisplayName("WHO-1 a launch context limits what a write may refer to")
  void aWriteRefersToTheOnePatient() {
    String whole = server.tokens().practitioner("lc-doctor", "TREAT");
    assertThat(server.get(whole, "Observation/ob-lc-there").statusCode()).isEqualTo(200);
    String launched =
        server.tokens().of("Practitioner/lc-doctor", "lc-here", "patient/*.cruds", "TREAT");
    HttpResponse<String> there = refersTo(launched, "ob-lc-there");
    HttpResponse<String> nowhere = refersTo(launched, "ob-lc-nowhere");
    assertThat(there.statusCode()).as(there.body()).isEqualTo(403);
    assertThat(there.body()).isEqualTo(nowhere.body());
    assertThat(refersTo(launched, "ob-lc-here").statusCode()).isEqualTo(201);
  }

  private HttpResponse<String> refersTo(String token, String observation) {
    String body =
        GatedServer.observationOf(
            "x",
            "\"subject\":{\"reference\":\"Patient/lc-here\"},\"hasMember\":[{\"reference\":\"Observation/%s\"}]"
                .formatted(observation));
    return server.ask(token, "POST", "Observation", body.replace("\"id\":\"x\",", ""));
  }
}
