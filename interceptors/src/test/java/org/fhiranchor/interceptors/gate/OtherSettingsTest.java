package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is not set as usual. */
final class OtherSettingsTest {
  private static final int LIMIT = 5;
  private static final int SCANNED = 12;
  private static final String ALL = "Observation?status=final";

  @Test
  @DisplayName("GATE-5 limits: patients narrowed to, hits looked at, hits that could be permitted")
  void limits(@TempDir Path data) {
    try (GatedServer server =
        new GatedServer(
            data,
            "--anchor.consent.search-limit=" + LIMIT,
            "--anchor.consent.scan-limit=" + SCANNED,
            "--anchor.consent.narrow-limit=1")) {
      List.of("many", "few", "other").forEach(server::patient);
      load(server, "m", "many", SCANNED - LIMIT);
      load(server, "f", "few", LIMIT);
      server.consent("c1", "few", "one", "TREAT");
      server.consent("c2", "few", "two", "TREAT");
      server.consent("c3", "other", "two", "TREAT");
      looksAtSoMany(server);
      narrowsToSoMany(server);
      decidesAboutSoMany(server);
      limitsChains(server);
      findsWhatIsNotLinked(server);
    }
  }

  private static void looksAtSoMany(GatedServer server) {
    String two = server.tokens().practitioner("two", "TREAT");
    assertThat(total(server.get(two, ALL))).isEqualTo(LIMIT);
    load(server, "more", "many", 1);
    refusedBeyond(server.get(two, ALL), SCANNED);
    assertThat(total(server.get(two, "Observation?patient=few"))).isEqualTo(LIMIT);
  }

  private static void narrowsToSoMany(GatedServer server) {
    String one = server.tokens().practitioner("one", "TREAT");
    String nobody = server.tokens().practitioner("nobody", "TREAT");
    await().atMost(120, SECONDS).until(() -> server.get(one, ALL).statusCode() == 200);
    assertThat(total(server.get(one, ALL))).isEqualTo(LIMIT);
    assertThat(total(server.get(nobody, ALL))).isZero();
    refusedBeyond(server.get(server.tokens().practitioner("two", "TREAT"), ALL), SCANNED);
  }

  private static void decidesAboutSoMany(GatedServer server) {
    load(server, "last", "few", 1);
    for (String doctor : List.of("one", "two")) {
      String reader = server.tokens().practitioner(doctor, "TREAT");
      refusedBeyond(server.get(reader, "Observation?patient=few"), LIMIT);
    }
    refusedBeyond(server.get(server.tokens().practitioner("one", "TREAT"), ALL), LIMIT);
  }

  private static void findsWhatIsNotLinked(GatedServer server) {
    String one = server.tokens().practitioner("one", "TREAT");
    String search = "Observation?identifier=unlinked";
    assertThat(total(server.get(one, search))).isZero();
    server.load(
        "Observation/unlinked",
        GatedServer.observationOf(
            "unlinked",
            "\"identifier\":[{\"value\":\"unlinked\"}],\"extension\":[{\"url\":\"urn:x\",\"valueReference\":{\"reference\":\"Patient/few\"}}]"));
    assertThat(total(server.get(one, search))).isEqualTo(1);
    refusedBeyond(server.get(one, ALL), SCANNED);
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

  /** An inner search has the limit of any search; all of one search together have it once more. */
  private static void limitsChains(GatedServer server) {
    String one = server.tokens().practitioner("one", "TREAT");
    String by = "Patient?_has:Observation:patient:";
    refusedBeyond(server.get(one, by + "status=final"), LIMIT);
    assertThat(total(server.get(one, by + "_id=f0,f1,f2,f3,f4"))).isEqualTo(1);
    refusedBeyond(server.get(one, by + "_id=f0,f1,f2,f3,f4,last0"), LIMIT);
    // hidden hits come first, and push nothing out
    String two = server.tokens().practitioner("two", "TREAT");
    assertThat(total(server.get(two, by + "_id=m0,m1,m2,m3,m4,m5,f0"))).isEqualTo(1);
    for (int i = 0; i < LIMIT; i++) {
      twiceCoded(server, "d" + i, "few");
    }
    assertThat(total(server.get(one, by + "code=twice"))).isEqualTo(1);
    String most =
        IntStream.range(0, LIMIT)
            .mapToObj(i -> "_has:Observation:patient:_id=f0,nothing-" + i)
            .collect(Collectors.joining("&"));
    assertThat(total(server.get(one, "Patient?" + most))).isEqualTo(1);
    refusedBeyond(server.get(one, "Patient?" + most + "&" + by.substring(8) + "_id=f0"), LIMIT);
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
