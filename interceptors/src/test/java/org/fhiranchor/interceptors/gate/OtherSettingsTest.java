package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is not set as usual. */
final class OtherSettingsTest {
  private static final int LIMIT = 5;

  @Test
  @DisplayName("GATE-5 a search with too many hits is refused alike, a narrower one answered")
  void searchLimit(@TempDir Path data) {
    try (GatedServer server = new GatedServer(data, "--anchor.consent.search-limit=" + LIMIT)) {
      server.patient("many");
      server.patient("few");
      for (int i = 0; i <= LIMIT; i++) {
        server.observation("m" + i, "many");
      }
      server.observation("f", "few");
      server.consent("c-few", "few", "doc", "TREAT");
      String reader = server.tokens().practitioner("doc", "TREAT");
      HttpResponse<String> tooMany = server.get(reader, "Observation?status=final");
      assertThat(tooMany.statusCode()).isEqualTo(403);
      assertThat(tooMany.body()).contains("too costly").doesNotContain("secret-");
      String stranger = server.tokens().practitioner("stranger", "TREAT");
      assertThat(server.get(stranger, "Observation?status=final").body()).isEqualTo(tooMany.body());
      HttpResponse<String> narrower = server.get(reader, "Observation?patient=few");
      assertThat(total(narrower)).isEqualTo(1);
      assertThat(narrower.body()).contains("secret-f");
      chainLimit(server, reader, stranger);
    }
  }

  /** An inner search has the limit of any search; all of one search together have it once more. */
  private static void chainLimit(GatedServer server, String reader, String stranger) {
    String by = "Patient?_has:Observation:patient:";
    HttpResponse<String> tooMany = server.get(reader, by + "status=final");
    assertThat(tooMany.statusCode()).isEqualTo(403);
    assertThat(tooMany.body()).contains("too costly");
    assertThat(server.get(stranger, by + "status=final").body()).isEqualTo(tooMany.body());
    assertThat(total(server.get(reader, by + "_id=f,m0,m1,m2,m3"))).isEqualTo(1);
    assertThat(server.get(reader, by + "_id=f,m0,m1,m2,m3,m4").body()).isEqualTo(tooMany.body());
    for (int i = 0; i < LIMIT - 1; i++) {
      twiceCoded(server, "d" + i, "many");
    }
    twiceCoded(server, "d-few", "few");
    assertThat(total(server.get(reader, by + "code=twice"))).isEqualTo(1);
    String most =
        IntStream.range(0, LIMIT)
            .mapToObj(i -> "_has:Observation:patient:_id=f,nothing-" + i)
            .collect(Collectors.joining("&"));
    assertThat(total(server.get(reader, "Patient?" + most))).isEqualTo(1);
    assertThat(server.get(reader, "Patient?" + most + "&" + by.substring(8) + "_id=f").body())
        .isEqualTo(tooMany.body());
  }

  /** Two rows of HAPI's index say the same of it. */
  private static void twiceCoded(GatedServer server, String id, String patient) {
    String coding = "\"coding\":[{\"code\":\"twice\"},{\"system\":\"x\",\"code\":\"twice\"}]";
    String body =
        GatedServer.observationOf(id, "\"subject\":{\"reference\":\"Patient/" + patient + "\"}");
    server.load("Observation/" + id, body.replace("\"text\"", coding + ",\"text\""));
  }

  private static int total(HttpResponse<String> answer) {
    return FhirContext.forR4Cached()
        .newJsonParser()
        .parseResource(Bundle.class, answer.body())
        .getTotal();
  }

  @Test
  @DisplayName("GATE-6 observing refuses nothing without a consent, counts it, and says so")
  void observes(@TempDir Path data) {
    try (GatedServer server =
        new GatedServer(
            data,
            "--anchor.consent.enforce=observe",
            "--management.endpoint.health.show-details=always")) {
      server.patient("seen");
      server.observation("s", "seen");
      String stranger = server.tokens().practitioner("stranger", "TREAT");
      double before = refused(server);
      HttpResponse<String> shown = server.get(stranger, "Observation/s");
      assertThat(shown.statusCode()).isEqualTo(200);
      assertThat(shown.body()).contains("secret-s");
      assertThat(shown.headers().firstValue("X-FHIR-Anchor-Consent")).contains("observe");
      assertThat(total(server.get(stranger, "Observation?patient=seen"))).isEqualTo(1);
      assertThat(refused(server)).isGreaterThanOrEqualTo(before + 2);
      assertThat(server.get("", "Observation/s").statusCode()).isEqualTo(401);
      assertThat(
              server
                  .server()
                  .send(HttpRequest.newBuilder(server.server().url("actuator/health")))
                  .body())
          .contains("\"enforce\":\"observe\"");
    }
  }

  private static double refused(GatedServer server) {
    return server.server().bean(MeterRegistry.class).find("anchor.gate.refused").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }
}
