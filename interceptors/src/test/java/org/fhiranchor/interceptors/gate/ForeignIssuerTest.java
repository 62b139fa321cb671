package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.fhiranchor.interceptors.identity.PublishingIssuer;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server with an OAuth issuer of a site's own, over real HTTP. */
final class ForeignIssuerTest {
  private static final String PATH = ".well-known/smart-configuration";
  private static final String AUDIENCE = "https://fhir.example.org/fhir";

  @TempDir private Path data;

  @Test
  @DisplayName(
      "SIGN-3 discovery says what the issuer serves: 503 before it answered, the last good one"
          + " while it is away")
  void discoveryFollowsTheIssuer() throws IOException {
    try (PublishingIssuer issuer = new PublishingIssuer();
        RunningServer server =
            RunningServer.start(
                data,
                "--anchor.consent.enforce=on",
                "--anchor.security.issuer=" + issuer.address(),
                "--anchor.security.audience=" + AUDIENCE)) {
      assertThat(issuer.asked()).as("nobody wanted to know").isZero();
      for (String path : new String[] {PATH, "fhir/" + PATH}) {
        HttpResponse<String> early = get(server, path);
        assertThat(early.statusCode()).as(early.body()).isEqualTo(503);
        assertThat(early.headers().firstValue("Retry-After")).isPresent();
        assertThat(early.headers().firstValue("Cache-Control")).hasValue("no-store");
      }
      issuer.publish(Map.of());
      await().atMost(120, SECONDS).until(() -> get(server, PATH).statusCode() == 200);
      saysWhatTheIssuerServes(server, issuer);
      takesItsTokensAndNoOthers(server, issuer);
      issuer.goAway();
      saysWhatTheIssuerServes(server, issuer);
    }
  }

  private static void takesItsTokensAndNoOthers(RunningServer server, PublishingIssuer issuer) {
    String token = issuer.token(AUDIENCE, "user/*.rs");
    await().atMost(120, SECONDS).until(() -> patients(server, token) == 200);
    try (PublishingIssuer other = new PublishingIssuer()) {
      other.publish(Map.of());
      assertThat(patients(server, other.token(AUDIENCE, "user/*.rs"))).isEqualTo(401);
    }
  }

  private static void saysWhatTheIssuerServes(RunningServer server, PublishingIssuer issuer)
      throws IOException {
    for (String path : new String[] {PATH, "fhir/" + PATH}) {
      HttpResponse<String> answer = get(server, path);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
      JsonNode said = new JsonMapper().readTree(answer.body());
      assertThat(said.path("token_endpoint").asText()).isEqualTo(issuer.address() + "/token");
      assertThat(said.path("capabilities").toString()).contains("launch-standalone");
    }
    JsonNode security =
        new JsonMapper()
            .readTree(new String(server.bytes("fhir/metadata").body(), UTF_8))
            .path("rest")
            .path(0)
            .path("security");
    assertThat(security.has("cors")).as("no CORS filter stands in this server").isFalse();
    assertThat(security.path("extension").toString()).contains(issuer.address() + "/auth");
  }

  private static int patients(RunningServer server, String token) {
    return server
        .send(
            HttpRequest.newBuilder(server.url("fhir/Patient"))
                .header("Authorization", "Bearer " + token))
        .statusCode();
  }

  private static HttpResponse<String> get(RunningServer server, String path) {
    return server.send(HttpRequest.newBuilder(server.url(path)));
  }
}
