package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.erasure.ErasureOrder;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** ERA-1: what is recorded of an order that erases nobody. */
final class ErasureOrdersTest {
  private static final GatedServer SERVER = GatedServer.shared();

  @Test
  @DisplayName(
      "ERA-1 DIS-1 an order about somebody whom this log never erased is recorded: refused")
  void recordsWhatIsRefused() {
    PatientId patient = new PatientId("elsewhere-e3");
    // As after a restore of a main database from before the patient was there.
    SERVER
        .server()
        .bean(Tombstones.class)
        .set(patient, new ErasureOrder(Instant.now(), "asked for", "GDPR 17", "operator"));
    HttpResponse<String> answer =
        SERVER.ask(
            SERVER.tokens().of(DemoRole.OPERATOR),
            "POST",
            patient.reference() + "/$erase",
            ErasureWorld.PARAMETERS);
    assertThat(answer.statusCode()).isEqualTo(403);
    Digest subject = SERVER.server().bean(SubjectTags.class).of(Optional.of(patient));
    assertThat(SERVER.server().bean(DisclosureStore.class).count(subject)).isEqualTo(1);
  }
}
