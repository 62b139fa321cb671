package org.fhiranchor.interceptors.dropin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.plain.PlainServer;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Import;

/** The jar on the class path is all it takes: nothing of ours is named in the server it is in. */
final class DropInTest {
  private final RunningServer server = RunningServer.shared();

  private String get(String path) {
    return new String(server.bytes(path).body(), UTF_8);
  }

  @Test
  @DisplayName("no class of fhir-server is on the class path")
  void runsWithoutFhirServer() throws IOException {
    assertThat(Collections.list(getClass().getClassLoader().getResources("org/fhiranchor/server")))
        .isEmpty();
  }

  @Test
  @DisplayName("the plain server imports HAPI's own parts and none of ours")
  void importsNothingOfOurs() throws ClassNotFoundException {
    Class<?> configuration =
        Class.forName("org.fhiranchor.interceptors.plain.PlainJpaConfiguration");
    assertThat(imports(configuration)).isNotEmpty().allMatch(DropInTest::isForeign);
    assertThat(imports(PlainServer.class)).containsExactly(configuration);
    assertThat(Arrays.stream(configuration.getDeclaredMethods()))
        .flatMap(method -> List.of(method.getParameterTypes()))
        .isNotEmpty()
        .allMatch(DropInTest::isForeign);
  }

  private static List<Class<?>> imports(Class<?> configuration) {
    return Stream.of(configuration.getAnnotationsByType(Import.class))
        .flatMap(imported -> Arrays.stream(imported.value()))
        .<Class<?>>map(type -> type)
        .toList();
  }

  private static boolean isForeign(Class<?> type) {
    return !type.getName().startsWith("org.fhiranchor.");
  }

  @Test
  @DisplayName("$proof, $verify and /log answer")
  void provesWhatIsWritten() {
    String patient = "{\"resourceType\":\"Patient\",\"id\":\"dropped-in\"}";
    assertThat(server.fhir("PUT", "Patient/dropped-in", patient).statusCode()).isBetween(200, 299);
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () ->
                assertThat(server.fhir("GET", "Patient/dropped-in/$verify", "").body())
                    .contains("\"verified\""));
    // $verify asks the ledger itself; the proof names an anchor once this node has taken it in.
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () ->
                assertThat(server.fhir("GET", "Patient/dropped-in/$proof", "").body())
                    .contains("fhiranchor-proof/1", "\"anchor\":{"));
    assertThat(get("log/checkpoint")).contains("\n\n\u2014 ");
  }

  @Test
  @DisplayName("REC-5 an update without tags inherits none, and verifies")
  void keepsTagsInVersions() {
    server.fhir("PUT", "Basic/tagged", basic("{\"tag\":[{\"system\":\"urn:a\",\"code\":\"a\"}]}"));
    server.fhir("PUT", "Basic/tagged", basic("{\"tag\":[{\"system\":\"urn:b\",\"code\":\"b\"}]}"));
    assertThat(server.fhir("GET", "Basic/tagged", "").body())
        .contains("urn:b")
        .doesNotContain("urn:a");
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () ->
                assertThat(server.fhir("GET", "Basic/tagged/_history/2/$verify", "").body())
                    .contains("\"verified\""));
  }

  private static String basic(String meta) {
    return "{\"resourceType\":\"Basic\",\"id\":\"tagged\",\"meta\":"
        + meta
        + ",\"code\":{\"text\":\"x\"}}";
  }

  @ParameterizedTest(name = "/actuator/info names {0}")
  @ValueSource(strings = {"origin", "verifierKey", "logId", "chainId", "anchorContract", "rpcUrl"})
  void isKnownByName(String detail) {
    assertThat(get("actuator/info")).contains("\"" + detail + "\":");
  }

  @Test
  @DisplayName("/actuator/health is up")
  void isHealthy() {
    assertThat(get("actuator/health")).contains("\"UP\"");
  }

  @ParameterizedTest(name = "{0} is measured")
  @ValueSource(
      strings = {"anchor.pending", "anchor.log.size", "anchor.anchored.size", "anchor.lag"})
  void isMeasured(String metric) {
    assertThat(get("actuator/metrics/" + metric)).contains("\"value\":");
  }
}
