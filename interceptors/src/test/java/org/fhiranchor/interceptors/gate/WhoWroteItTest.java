package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a Consent or a team says counts by who wrote the version that stands there. */
final class WhoWroteItTest {
  private static final String DOCTOR = "written-doc";

  private final GatedServer server = GatedServer.shared();
  private final ConsentIndex index = server.server().bean(ConsentIndex.class);

  /** A write that the gate lets nobody do by HTTP: one of before, or with the gate off. */
  private void asClinician(String json) {
    IBaseResource resource = server.server().fhir().newJsonParser().parseResource(json);
    SystemRequestDetails request = new SystemRequestDetails();
    new Requester(
            "stranger",
            Optional.empty(),
            Optional.of("Practitioner/stranger"),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            SmartScopes.parse("user/*.cruds"))
        .attachTo(request);
    write(resource, request);
  }

  private <T extends IBaseResource> void write(T resource, SystemRequestDetails request) {
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) resource.getClass();
    server.server().bean(DaoRegistry.class).getResourceDao(type).update(resource, request);
  }

  private static String deny(String text) {
    return GatedServer.consentJson("c-written-deny", "written", DOCTOR, "TREAT")
        .replace("\"permit\"", "\"deny\"")
        .replace("\"59284-0\"}]", "\"59284-0\"}],\"text\":\"" + text + "\"");
  }

  private int read(String observation) {
    return server
        .get(server.tokens().practitioner(DOCTOR, "TREAT"), "Observation/" + observation)
        .statusCode();
  }

  @Test
  @DisplayName("DENY-3 a clinician's deny counts for nothing, and is shown so; a service's counts")
  void countsWhoDenied() {
    server.patient("written");
    server.observation("ob-written", "written");
    server.consent("c-written", "written", DOCTOR, "TREAT");
    await().atMost(120, SECONDS).until(() -> read("ob-written") == 200);
    asClinician(deny("by a clinician"));
    ConsentResourceId id = new ConsentResourceId("c-written-deny");
    await().atMost(120, SECONDS).until(() -> index.find(id).isPresent());
    assertThat(index.find(id).map(CompiledConsent::ignored).orElseThrow())
        .contains("Consent: written by nobody who may deny: not effective until signed");
    assertThat(read("ob-written")).isEqualTo(200);
    server.load("Consent/c-written-deny", deny("by a service"));
    await().atMost(120, SECONDS).until(() -> read("ob-written") == 403);
    assertThat(index.find(id).map(CompiledConsent::ignored).orElseThrow()).isEmpty();
  }

  @Test
  @DisplayName("W-4 a permit counts no member whom a clinician wrote into a team; a deny does")
  void countsWhoNamedTheTeam() {
    server.patient("teamed");
    server.observation("ob-teamed", "teamed");
    server.load(
        "Practitioner/" + DOCTOR,
        "{\"resourceType\":\"Practitioner\",\"id\":\"%s\"}".formatted(DOCTOR));
    String team =
        "{\"resourceType\":\"CareTeam\",\"id\":\"t-teamed\",\"subject\":{\"reference\":\"Patient/teamed\"},"
            + "\"participant\":[{\"member\":{\"reference\":\"Practitioner/%s\"}}]}";
    asClinician(team.formatted(DOCTOR));
    server.load(
        "Consent/c-teamed",
        GatedServer.consentJson("c-teamed", "teamed", DOCTOR, "TREAT")
            .replace("Practitioner/" + DOCTOR, "CareTeam/t-teamed"));
    String patient = server.tokens().patient("teamed");
    assertThat(
            server
                .ask(
                    patient, "POST", "Consent/c-teamed/$grant", "{\"resourceType\":\"Parameters\"}")
                .statusCode())
        .isEqualTo(200);
    ConsentResourceId id = new ConsentResourceId("c-teamed");
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                index
                    .find(id)
                    .map(one -> one.standing().toString())
                    .orElse("")
                    .contains("Granted"));
    NamedResources.Members members =
        server.server().bean(NamedResources.class).membersOf("CareTeam/t-teamed");
    assertThat(members.certain()).isEmpty();
    assertThat(members.possible()).containsExactly("Practitioner/" + DOCTOR);
    assertThat(read("ob-teamed")).isEqualTo(403);
    String own =
        team.formatted(DOCTOR).replace("\"participant\"", "\"name\":\"mine\",\"participant\"");
    assertThat(server.ask(patient, "PUT", "CareTeam/t-teamed", own).statusCode()).isEqualTo(200);
    await().atMost(120, SECONDS).until(() -> read("ob-teamed") == 200);
  }
}
