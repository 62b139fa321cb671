package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is not set as usual. */
final class OtherSettingsTest {
  private static final int LIMIT = 5;
  private static final int SCANNED = 12;

  @Test
  @DisplayName("GATE-5 limits: what could be permitted, and what is looked at, at each and past it")
  void limits(@TempDir Path data) {
    try (GatedServer server =
        new GatedServer(
            data,
            "--anchor.consent.search-limit=" + LIMIT,
            "--anchor.consent.scan-limit=" + SCANNED)) {
      server.patient("many");
      server.patient("few");
      load(server, "m", "many", SCANNED - LIMIT);
      load(server, "f", "few", LIMIT);
      server.consent("c-few", "few", "doc", "TREAT");
      String reader = server.tokens().practitioner("doc", "TREAT");
      String stranger = server.tokens().practitioner("stranger", "TREAT");
      assertThat(total(server.get(reader, "Observation?status=final"))).isEqualTo(LIMIT);
      assertThat(total(server.get(stranger, "Observation?status=final"))).isZero();

      load(server, "more", "many", 1);
      HttpResponse<String> tooMany = server.get(reader, "Observation?status=final");
      refusedBeyond(tooMany, SCANNED);
      assertThat(server.get(stranger, "Observation?status=final").body()).isEqualTo(tooMany.body());
      assertThat(total(server.get(reader, "Observation?patient=few"))).isEqualTo(LIMIT);

      load(server, "last", "few", 1);
      refusedBeyond(server.get(reader, "Observation?patient=few"), LIMIT);
      assertThat(total(server.get(stranger, "Observation?patient=few"))).isZero();
    }
  }

  private static void load(GatedServer server, String name, String patient, int number) {
    for (int i = 0; i < number; i++) {
      server.observation(name + i, patient);
    }
  }

  private static void refusedBeyond(HttpResponse<String> answer, int limit) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body())
        .contains("too costly: want at most " + limit + " hits")
        .doesNotContain("secret-");
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
