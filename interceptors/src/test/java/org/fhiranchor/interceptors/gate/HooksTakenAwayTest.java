package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every line of defence but one is taken away: nothing that is hidden leaves (GATE-1, GATE-2). */
@TestInstance(Lifecycle.PER_CLASS)
final class HooksTakenAwayTest {
  private static final List<String> REQUESTS =
      List.of(
          "Observation/away",
          "Observation/away/_history/1",
          "Observation/away/_history",
          "Observation?patient=away",
          "Observation?_id=away",
          "Observation?status=final&_summary=text",
          "Patient?_id=away&_revinclude=Observation:subject",
          "Patient/away",
          "Patient/away/$everything");

  private final GatedServer server = GatedServer.shared();
  private final IInterceptorService http =
      server.server().bean(RestfulServer.class).getInterceptorService();
  private final IInterceptorService jpa = server.server().bean(IInterceptorService.class);
  private final List<Object> fromHttp = new ArrayList<>();
  private final List<Object> fromJpa = new ArrayList<>();

  @BeforeAll
  void seed() {
    server.patient("away");
    server.observation("away", "away");
  }

  @AfterEach
  void putBack() {
    fromHttp.forEach(http::registerInterceptor);
    fromJpa.forEach(jpa::registerInterceptor);
    fromHttp.clear();
    fromJpa.clear();
  }

  private void take(IInterceptorService registry, List<Object> taken, Predicate<Object> which) {
    List<Object> hooks =
        registry.getAllRegisteredInterceptors().stream()
            .filter(hook -> hook.getClass().getPackageName().startsWith("org.fhiranchor"))
            .filter(which)
            .toList();
    assertThat(hooks).isNotEmpty();
    hooks.forEach(registry::unregisterInterceptor);
    taken.addAll(hooks);
  }

  private static boolean isGate(Object hook) {
    return hook.getClass().getPackageName().equals(StorageGate.class.getPackageName());
  }

  @ParameterizedTest
  @DisplayName("GATE-1 GATE-2 one line of defence alone keeps what is hidden")
  @ValueSource(
      strings = {
        "the gate's hooks on the RestfulServer",
        "the gate's hooks on the JPA layer",
        "both gates at the store",
        "the last line of defence",
        "all but the last line of defence"
      })
  void oneLineAlone(String taken) {
    switch (taken) {
      case "the gate's hooks on the RestfulServer" ->
          take(http, fromHttp, HooksTakenAwayTest::isGate);
      case "the gate's hooks on the JPA layer" -> take(jpa, fromJpa, HooksTakenAwayTest::isGate);
      case "both gates at the store" -> {
        take(http, fromHttp, StorageGate.class::isInstance);
        take(jpa, fromJpa, StorageGate.class::isInstance);
      }
      case "the last line of defence" -> take(http, fromHttp, ResponseGate.class::isInstance);
      default -> {
        take(http, fromHttp, hook -> isGate(hook) && !(hook instanceof ResponseGate));
        take(jpa, fromJpa, HooksTakenAwayTest::isGate);
      }
    }
    String stranger = server.tokens().practitioner("stranger", "TREAT");
    assertHidden(stranger);
  }

  @ParameterizedTest
  @DisplayName("GATE-2 with every hook on the RestfulServer gone, the JPA layer trusts nobody")
  @ValueSource(strings = {"", "with a token"})
  void nothingLooksAtTokens(String token) {
    take(http, fromHttp, hook -> true);
    assertHidden(token.isEmpty() ? "" : server.tokens().practitioner("stranger", "TREAT"));
  }

  private void assertHidden(String token) {
    assertThat(Stream.concat(REQUESTS.stream(), Stream.of("Observation")))
        .allSatisfy(
            path ->
                assertThat(server.get(token, path).body()).doesNotContain("secret-away", "Faway"));
  }
}
