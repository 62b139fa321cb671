package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class WebTest {
  private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"([^\"#]+\\.(?:js|css|png))");

  private final RunningServer server = RunningServer.shared();
  private final FhirHttp fhir = server.fhir();

  @Test
  @DisplayName("SRV-10 the CapabilityStatement names version, types, interactions and operations")
  void capabilities() {
    Answer answer = fhir.get("/metadata").ok();

    assertThat(answer.json().path("fhirVersion").asText()).isEqualTo("4.0.1");
    assertThat(answer.json().at("/software/name").asText()).isEqualTo("FHIR Anchor");
    assertThat(answer.json().at("/rest/0/resource")).hasSizeGreaterThan(140);
    assertThat(answer.text()).contains("\"everything\"", "\"validate\"", "\"export\"", "\"patch\"");
  }

  @Test
  @DisplayName("SRV-11 the OpenAPI page loads everything it needs from this server")
  void openApi() {
    Answer page = fhir.get("/swagger-ui/", "Accept", "text/html").ok();

    List<String> assets =
        ASSET.matcher(page.text()).results().map((MatchResult found) -> found.group(1)).toList();
    assertThat(assets).isNotEmpty();
    for (String asset : assets) {
      URI uri = URI.create(server.address() + "/fhir/swagger-ui/").resolve(asset);
      assertThat(uri.getHost()).as(asset).isEqualTo("localhost");
      assertThat(fhir.get(uri.toString()).status()).as(asset).isEqualTo(200);
    }
    assertThat(fhir.get("/api-docs").ok().text()).contains("openapi");
  }

  @Test
  @DisplayName("SRV-12 a browser of another origin may call and sees the headers that FHIR needs")
  void cors() throws IOException, InterruptedException {
    HttpRequest preflight =
        HttpRequest.newBuilder(URI.create(server.address() + "/fhir/Patient/1"))
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", "https://app.example.org")
            .header("Access-Control-Request-Method", "PUT")
            .header("Access-Control-Request-Headers", "authorization, if-match")
            .build();

    HttpResponse<Void> answer =
        HttpClient.newHttpClient().send(preflight, BodyHandlers.discarding());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isPresent();
    assertThat(answer.headers().firstValue("Access-Control-Allow-Methods").orElseThrow())
        .contains("PUT");
    assertThat(
            fhir.get("/metadata", "Origin", "https://app.example.org")
                .header("Access-Control-Expose-Headers")
                .orElseThrow()
                .toLowerCase(Locale.ROOT))
        .contains("content-location", "etag", "part2-notice", "part2-ground");
  }

  @Test
  @DisplayName("SRV-13 health and metrics are there for the operator")
  void actuator() {
    assertThat(fhir.get(server.address() + "/actuator/health").ok().json().path("status").asText())
        .isEqualTo("UP");
    assertThat(fhir.get(server.address() + "/actuator/prometheus").ok().text())
        .contains("jvm_memory_used_bytes");
    assertThat(fhir.get(server.address() + "/actuator/env").status()).isEqualTo(404);
  }
}
