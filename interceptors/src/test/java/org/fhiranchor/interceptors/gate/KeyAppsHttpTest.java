package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** An app that may write all of a patient's record does not act with the patient's key (KEY-6). */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class KeyAppsHttpTest {
  private static final String CUSTODY =
      "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"custody\",\"valueString\":\"server\"}]}";
  private static final String NOTHING = "{\"resourceType\":\"Parameters\"}";

  private final GatedServer server = GatedServer.shared();
  private String patient;
  private String app;

  @BeforeAll
  void seed() {
    server.patient("keyapp");
    patient = server.tokens().patient("keyapp");
    app = app(Map.of("client_id", "some-app"));
  }

  private String app(Map<String, Object> client) {
    Map<String, Object> claims =
        new HashMap<>(
            Map.of(
                "fhirUser",
                "Patient/keyapp",
                "patient",
                "keyapp",
                "scope",
                "patient/*.cruds",
                "purpose_of_use",
                List.of("PATRQT")));
    claims.putAll(client);
    return server.tokens().saying(claims);
  }

  private void refused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains("anchor.consent.key-apps");
  }

  @Test
  @DisplayName("KEY-6 an app of a patient's binds no key and signs with none that the server keeps")
  void app() {
    String enrol = "Patient/keyapp/$enroll-key";
    assertThat(server.ask(patient, "POST", enrol, CUSTODY).statusCode()).isEqualTo(200);
    String keys = server.get(patient, "Patient/keyapp/$keys").body();

    refused(server.ask(app, "POST", enrol, CUSTODY));
    refused(server.ask(app(Map.of()), "POST", enrol, CUSTODY));
    String vetoed = CUSTODY.replace("]}", ",{\"name\":\"veto\",\"valueBoolean\":true}]}");
    refused(server.ask(app, "POST", enrol, vetoed));
    refused(server.ask(app(Map.of("azp", "other")), "POST", enrol, CUSTODY));
    assertThat(server.get(patient, "Patient/keyapp/$keys").body()).isEqualTo(keys);

    String id = "keyapp-consent";
    server.load("Practitioner/keydoc", "{\"resourceType\":\"Practitioner\",\"id\":\"keydoc\"}");
    server.load("Consent/" + id, GatedServer.consentJson(id, "keyapp", "keydoc", "TREAT"));
    refused(server.ask(app, "POST", "Consent/" + id + "/$grant", NOTHING));
    assertThat(server.ask(patient, "POST", "Consent/" + id + "/$grant", NOTHING).statusCode())
        .isEqualTo(200);
    assertThat(server.ask(app, "POST", "Consent/" + id + "/$revoke", NOTHING).statusCode())
        .as("nobody is kept from withdrawing")
        .isEqualTo(200);
  }
}
