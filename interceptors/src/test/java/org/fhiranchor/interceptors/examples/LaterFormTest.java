package org.fhiranchor.interceptors.examples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published examples that HAPI gives back in another form than it was given. */
final class LaterFormTest {
  private final RunningServer server = RunningServer.shared();

  @ParameterizedTest(name = "CAN-7 {0}")
  @DisplayName("CAN-7 what a read returns is what was recorded")
  @ValueSource(
      strings = {
        // meta.lastUpdated of whole seconds
        "Bundle-b0a5e4277-83c4-4adb-87e2-e3efe3369b6f.json",
        // comments in its narrative
        "PlanDefinition-KDN5.json"
      })
  void verifiesAsRead(String name) {
    Path file =
        ExampleFiles.all().stream().filter(one -> one.endsWith(name)).findFirst().orElseThrow();
    ExampleOutcome outcome = new ExampleWriter(server).write(file);
    assertThat(outcome).isInstanceOf(ExampleOutcome.Accepted.class);
    String version = ((ExampleOutcome.Accepted) outcome).location();
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () ->
                assertThat(server.fhir("GET", version + "/$verify", "").body())
                    .contains("\"verified\""));
  }
}
