package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.testing.DeliveryListener;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a subscription delivers reaches no further than the token that made it: WHO-5, DEC-6. */
final class SubscriptionsKeepToTokensTest {
  private final GatedServer server = GatedServer.shared();

  private int read(String token, String path) {
    return server.get(token, path).statusCode();
  }

  @Test
  @DisplayName("WHO-5 a subscription of a token limited to one patient hears of that patient alone")
  void aSubscriptionKeepsToItsToken() throws IOException {
    for (String patient : List.of("near", "far")) {
      server.patient(patient);
      server.consent("c-" + patient, patient, "limited", "TREAT");
    }
    String limited = server.tokens().of("Practitioner/limited", "near", "patient/*.cruds", "TREAT");
    String unlimited = server.tokens().practitioner("limited", "TREAT");
    server.observation("before-far", "far");
    assertThat(read(limited, "Observation/before-far")).isNotEqualTo(200);
    assertThat(read(unlimited, "Observation/before-far")).isEqualTo(200);
    hearsOfNearAlone(
        "",
        server
            .tokens()
            .of("Practitioner/limited", "near", "patient/*.rs user/Subscription.cruds", "TREAT"));
  }

  @Test
  @DisplayName("DEC-6 a glass that is broken to make a subscription is whole when it delivers")
  void aBrokenGlassEndsWithItsRequest() throws IOException {
    server.patient("glass-near");
    server.consent("c-glass-near", "glass-near", "limited", "TREAT");
    server.patient("glass-far");
    server.consent("c-glass-far", "glass-far", "somebody-else", "TREAT");
    hearsOfNearAlone(
        "glass-",
        server.tokens().practitioner("limited", "TREAT", "ETREAT"),
        AccessSubject.BREAK_GLASS_HEADER,
        "found unconscious");
  }

  /** What this token subscribes to delivers what belongs to one patient, and not another's. */
  private void hearsOfNearAlone(String names, String token, String... headers) throws IOException {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (DeliveryListener listener = DeliveryListener.into(heard)) {
      server.subscribe(token, "Observation?status=final", listener, headers);
      server.observation(names + "told-far", names + "far");
      server.observation(names + "told-near", names + "near");
      await()
          .atMost(120, SECONDS)
          .until(() -> heard.stream().anyMatch(one -> one.contains(names + "told-near")));
      assertThat(String.join("\n", heard)).doesNotContain("told-far");
    }
  }
}
