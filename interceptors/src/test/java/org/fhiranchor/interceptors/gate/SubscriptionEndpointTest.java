package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Subscription makes the server call no address that its operator did not allow. */
final class SubscriptionEndpointTest {
  private final GatedServer server = GatedServer.shared();

  @ParameterizedTest
  @CsvSource({
    "http://localhost:9/hook, 201",
    "http://169.254.169.254/latest/meta-data, 422",
    "http://intranet.example.org/, 422",
    "http://localhost:9@intranet.example.org/, 422",
    "https://localhost:9/hook, 422",
    "file:///etc/hosts, 422"
  })
  void endpoints(String endpoint, int status) {
    HttpResponse<String> answer =
        server.ask(
            server.tokens().practitioner("sub-doc", "TREAT"),
            "POST",
            "Subscription",
            "{\"resourceType\":\"Subscription\",\"status\":\"requested\",\"reason\":\"r\",\"criteria\":\"Observation?code=no-such-code\",\"channel\":{\"type\":\"rest-hook\",\"endpoint\":\"%s\"}}"
                .formatted(endpoint));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    if (status == 422) {
      assertThat(answer.body())
          .contains("anchor.subscriptions.endpoints")
          .doesNotContain("intranet");
    }
  }
}
