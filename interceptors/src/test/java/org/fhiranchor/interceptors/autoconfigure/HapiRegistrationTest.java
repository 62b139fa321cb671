package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.executor.InterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.util.List;
import org.fhiranchor.interceptors.log.recording.guard.HooklessWriteGuard;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class HapiRegistrationTest {
  private final RestfulServer server = new RestfulServer(FhirContext.forR4Cached());
  private final InterceptorService jpa = new InterceptorService();
  private final HapiRegistration registration =
      new HapiRegistration(
          List.of(server), jpa, List.of(), List.of(), List.of(new HooklessWriteGuard()), List.of());

  @Test
  @DisplayName("GATE-3 hooks that are in place let the server be ready")
  void inPlace() {
    registration.afterSingletonsInstantiated();
    assertThatCode(registration::refuseMissing).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("GATE-3 a registry that was replaced after the start stops the server")
  void replaced() {
    registration.afterSingletonsInstantiated();
    server.setInterceptorService(new InterceptorService());
    assertThatThrownBy(registration::refuseMissing)
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("RestfulServer interceptor registry has lost HooklessWriteGuard");
  }

  @Test
  @DisplayName("GATE-3 a hook that was taken out of the JPA registry stops the server")
  void takenOut() {
    registration.afterSingletonsInstantiated();
    jpa.unregisterAllInterceptors();
    assertThatThrownBy(registration::refuseMissing)
        .hasMessageContaining("JPA interceptor registry has lost HooklessWriteGuard");
  }
}
