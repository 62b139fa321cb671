package org.fhiranchor.interceptors.plain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.erasure.Erasure;
import org.fhiranchor.interceptors.erasure.ErasureOrder;
import org.fhiranchor.interceptors.log.LogStore;

/** How long an erasure of 1,000 versions takes, as the log grows (ERA-2). A figure, not a test. */
final class ErasureSpeed {
  private static final int VERSIONS = 1_000;
  private static final int PATIENTS = 4;

  private ErasureSpeed() {}

  /**
   * Prints the time of each of some erasures, on H2, one after the other.
   *
   * @param args the folder of the database, which is new; how many versions of others come between
   *     two erasures; more settings
   */
  public static void main(String[] args) {
    int between = Integer.parseInt(args[1]);
    String[] settings = java.util.Arrays.copyOfRange(args, 2, args.length);
    try (RunningServer server = RunningServer.start(Path.of(args[0]), settings)) {
      LogStore log = server.bean(LogStore.class);
      patient(server, "other");
      for (int i = 0; i < PATIENTS; i++) {
        String patient = "gone-" + i;
        patient(server, patient);
        load(server, patient, VERSIONS - 1);
        load(server, "other", between);
        await().atMost(120, SECONDS).until(() -> log.pendingCount() == 0);
        long began = System.nanoTime();
        assertThat(
                server
                    .bean(Erasure.class)
                    .erase(
                        new PatientId(patient),
                        new ErasureOrder(Instant.now(), "measured", "none", "nobody")))
            .isPresent();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        System.out.printf(
            "erased %d versions of a log of %s in %d ms%n",
            VERSIONS, log.state().size(), took.toMillis());
      }
    }
  }

  private static void patient(RunningServer server, String id) {
    server.fhir(
        "PUT", "Patient/" + id, "{\"resourceType\":\"Patient\",\"id\":\"%s\"}".formatted(id));
  }

  private static void load(RunningServer server, String patient, int versions) {
    for (int left = versions; left > 0; left -= 500) {
      String entries =
          IntStream.range(0, Math.min(500, left))
              .mapToObj(
                  i ->
                      """
                      {"resource":{"resourceType":"Observation","status":"final",
                       "code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},
                       "subject":{"reference":"Patient/%s"},
                       "valueQuantity":{"value":%d,"unit":"kg"}},
                       "request":{"method":"POST","url":"Observation"}}
                      """
                          .formatted(patient, i))
              .collect(Collectors.joining(","));
      assertThat(
              server
                  .fhir(
                      "POST",
                      "",
                      "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
                          + entries
                          + "]}")
                  .statusCode())
          .isEqualTo(200);
    }
  }
}
