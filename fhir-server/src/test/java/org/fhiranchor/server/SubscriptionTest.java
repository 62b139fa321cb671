package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.fhiranchor.interceptors.testing.DeliveryListener;
import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SubscriptionTest {
  private final FhirHttp fhir = RunningServer.shared().fhir();
  private final Queue<String> delivered = new ConcurrentLinkedQueue<>();
  private final DeliveryListener listener;

  SubscriptionTest() throws IOException {
    listener = new DeliveryListener((exchange, body) -> delivered.add(body));
  }

  @AfterEach
  void stopListening() {
    listener.close();
  }

  @Test
  @DisplayName("SRV-9 a rest-hook subscription delivers what matches, and nothing else")
  void restHook() {
    String code = "c" + Resources.unique();
    Answer subscription = fhir.post("/Subscription", subscription(code)).ok();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                fhir.get("/" + subscription.reference()).text().contains("\"status\":\"active\""));

    fhir.post("/Basic", basic("other")).ok();
    fhir.post("/Basic", basic(code)).ok();

    await().atMost(Duration.ofMinutes(2)).until(() -> !delivered.isEmpty());
    assertThat(delivered).allSatisfy(body -> assertThat(body).contains("\"Basic\"").contains(code));
    fhir.delete("/" + subscription.reference()).ok();
  }

  private String subscription(String code) {
    return """
    {"resourceType": "Subscription", "status": "requested", "reason": "test",
     "criteria": "Basic?code=urn:test|%s",
     "channel": {"type": "rest-hook", "payload": "application/fhir+json",
       "endpoint": "http://127.0.0.1:%d/hook"}}
    """
        .formatted(code, listener.port());
  }

  private static String basic(String code) {
    return """
    {"resourceType": "Basic", "code": {"coding": [{"system": "urn:test", "code": "%s"}]}}
    """
        .formatted(code);
  }
}
