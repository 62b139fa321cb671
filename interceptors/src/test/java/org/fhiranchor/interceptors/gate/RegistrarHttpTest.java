package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a registrar may do for a patient: WHO-6. */
final class RegistrarHttpTest {
  private static final String CUSTODY =
      "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"custody\",\"valueString\":\"server\"}]}";
  private static final String NOTHING = "{\"resourceType\":\"Parameters\"}";

  private final GatedServer server = GatedServer.shared();

  private int read(String token, String path) {
    return server.get(token, path).statusCode();
  }

  @Test
  @DisplayName("WHO-6 a registrar alone gets at nobody's record")
  void aRegistrarNeverBenefitsAlone() {
    server.patient("paper");
    server.observation("ob-paper", "paper");
    String clerk =
        server
            .tokens()
            .of(
                "Practitioner/clerk",
                "",
                "anchor/registrar user/Patient.crus user/Consent.cruds user/Observation.rs"
                    + " user/PractitionerRole.crs",
                "TREAT");
    server.load("Practitioner/clerk", "{\"resourceType\":\"Practitioner\",\"id\":\"clerk\"}");
    server.load(
        "PractitionerRole/clerks",
        "{\"resourceType\":\"PractitionerRole\",\"id\":\"clerks\",\"practitioner\":{\"reference\":\"Practitioner/clerk\"}}");
    for (String actor :
        List.of(
            "Practitioner/clerk",
            "PractitionerRole/clerks",
            server.server().url("fhir/Practitioner/clerk").toString())) {
      String id = "c-paper-" + Integer.toHexString(actor.hashCode());
      String consent =
          GatedServer.consentJson(id, "paper", "clerk", "TREAT")
              .replace("Practitioner/clerk", actor)
              .replace(
                  "\"policyRule\"",
                  "\"sourceAttachment\":{\"contentType\":\"text/plain\",\"data\":\"c2lnbmVk\"},\"policyRule\"");
      assertThat(server.ask(clerk, "PUT", "Consent/" + id, consent).statusCode()).isEqualTo(201);
      HttpResponse<String> granted =
          server.ask(clerk, "POST", "Consent/" + id + "/$grant", NOTHING);
      assertThat(granted.statusCode()).as(granted.body()).isEqualTo(403);
      assertThat(granted.body()).contains("names you");
    }
    assertThat(read(clerk, "Observation/ob-paper")).isEqualTo(403);
  }

  @Test
  @DisplayName("WHO-6 a registrar records a signed form for somebody else, and is counted")
  void aRegistrarRecordsForms() {
    server.patient("form");
    server.observation("ob-form", "form");
    server.load("Practitioner/form-doc", "{\"resourceType\":\"Practitioner\",\"id\":\"form-doc\"}");
    server.load(
        "Consent/c-form",
        GatedServer.consentJson("c-form", "form", "form-doc", "TREAT")
            .replace(
                "\"policyRule\"",
                "\"sourceAttachment\":{\"contentType\":\"text/plain\",\"data\":\"c2lnbmVk\"},\"policyRule\""));
    String registrar = server.tokens().of(DemoRole.REGISTRAR);
    HttpResponse<String> granted = server.ask(registrar, "POST", "Consent/c-form/$grant", NOTHING);
    assertThat(granted.statusCode()).as(granted.body()).isEqualTo(200);
    String doctor = server.tokens().practitioner("form-doc", "TREAT");
    await().atMost(120, SECONDS).until(() -> read(doctor, "Observation/ob-form") == 200);
    assertThat(
            server
                .server()
                .bean(MeterRegistry.class)
                .get("anchor.registrar.acts")
                .tag("act", "grant")
                .tag("outcome", "done")
                .counter()
                .count())
        .isPositive();
  }

  @Test
  @DisplayName("WHO-6 a form for the registrar's own organization is granted, and counted apart")
  void ownOrganizations() {
    server.patient("own-org");
    server.load(
        "Organization/registry",
        "{\"resourceType\":\"Organization\",\"id\":\"registry\",\"name\":\"r\"}");
    server.load(
        "Consent/c-own-org",
        GatedServer.consentJson("c-own-org", "own-org", "x", "TREAT")
            .replace("Practitioner/x", "Organization/registry")
            .replace(
                "\"policyRule\"",
                "\"sourceAttachment\":{\"contentType\":\"text/plain\",\"data\":\"c2lnbmVk\"},\"policyRule\""));
    double apart = acts("grant_to_own_organization");
    double others = acts("grant");
    String elsewhere = registrar("Organization/elsewhere");
    HttpResponse<String> granted =
        server.ask(elsewhere, "POST", "Consent/c-own-org/$grant", NOTHING);
    assertThat(granted.statusCode()).as(granted.body()).isEqualTo(200);
    assertThat(acts("grant_to_own_organization")).isEqualTo(apart);
    assertThat(acts("grant")).isEqualTo(others + 1);
    String own = registrar("Organization/registry");
    HttpResponse<String> again = server.ask(own, "POST", "Consent/c-own-org/$grant", NOTHING);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(acts("grant_to_own_organization")).isEqualTo(apart + 1);
    assertThat(acts("grant")).isEqualTo(others + 1);
  }

  private String registrar(String organization) {
    return server
        .tokens()
        .saying(
            Map.of(
                "client_id",
                "c",
                "scope",
                "anchor/registrar user/Consent.cruds",
                "fhirUser",
                "Practitioner/of-registry",
                "organization",
                organization,
                "purpose_of_use",
                List.of("TREAT")));
  }

  private double acts(String act) {
    return server
        .server()
        .bean(MeterRegistry.class)
        .find("anchor.registrar.acts")
        .tag("act", act)
        .tag("outcome", "done")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  @Test
  @DisplayName("WHO-6 a registrar binds no key that somebody holds, and replaces no patient's own")
  void aRegistrarTakesNoKeyOver() {
    server.load("Patient/keyless", "{\"resourceType\":\"Patient\",\"id\":\"keyless\"}");
    String registrar = server.tokens().of(DemoRole.REGISTRAR);
    String address =
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"address\",\"valueString\":\"0x00000000000000000000000000000000000000aa\"}]}";
    HttpResponse<String> wallet =
        server.ask(registrar, "POST", "Patient/keyless/$enroll-key", address);
    assertThat(wallet.statusCode()).isEqualTo(403);
    assertThat(wallet.body()).contains("bound by the patient");
    assertThat(server.ask(registrar, "POST", "Patient/keyless/$enroll-key", CUSTODY).statusCode())
        .isEqualTo(200);
  }
}
