package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever may read a version may have its proof, whatever became of the resource since (PRF-1). */
@TestInstance(Lifecycle.PER_CLASS)
final class ProofsOfVersionsTest {
  private final GatedServer server = GatedServer.shared();
  private final String owner = server.tokens().patient("pov");
  private final String stranger = server.tokens().patient("pov-else");

  @BeforeAll
  void seed() {
    server.patient("pov");
    server.patient("pov-else");
    for (String id : new String[] {"pov-gone", "pov-here"}) {
      server.observation(id, "pov");
    }
    assertThat(
            server.ask(server.tokens().loader(), "DELETE", "Observation/pov-gone", "").statusCode())
        .isEqualTo(200);
    server.observation("pov-moved", "pov");
    server.observation("pov-moved", "pov-else");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, pov-here/_history/1/$proof", "GET, pov-gone/_history/1/$proof",
    "GET, pov-gone/_history/2/$proof", "GET, pov-gone/_history/1/$verify",
    "POST, pov-gone/_history/1/$verify", "GET, pov-moved/_history/1/$proof"
  })
  @DisplayName("PRF-1 the proof of a version is for whoever may read it, deleted since or moved")
  void ofWhatOneMayRead(String method, String path) {
    String body = method.equals("POST") ? "{\"resourceType\":\"Parameters\"}" : "";
    HttpResponse<String> answer = server.ask(owner, method, "Observation/" + path, body);
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202);
  }

  private String answer(String token, String id, String rest) {
    HttpResponse<String> answer = server.get(token, "Observation/" + id + rest);
    return answer.statusCode() + answer.body().replace(id, "ID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/_history/1/$proof", "/_history/2/$proof", "/_history/1/$verify", "/$proof"})
  @DisplayName("G7 the proof of a hidden version is answered like that of a missing one")
  void ofWhatIsHidden(String rest) {
    String missing = answer(stranger, "pov-none", rest);
    assertThat(answer(stranger, "pov-gone", rest)).isEqualTo(missing).startsWith("403");
    assertThat(answer(stranger, "pov-here", rest)).isEqualTo(missing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"$proof", "$verify"})
  @DisplayName("G7 a version that became another patient's is answered like one that never was")
  void ofWhatBecameAnothers(String operation) {
    assertThat(answer(owner, "pov-moved", "/_history/2/" + operation))
        .isEqualTo(answer(owner, "pov-here", "/_history/2/" + operation));
    assertThat(answer(stranger, "pov-moved", "/_history/1/" + operation))
        .isEqualTo(answer(stranger, "pov-moved", "/_history/9/" + operation));
  }
}
