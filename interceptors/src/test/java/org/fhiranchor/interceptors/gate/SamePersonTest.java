package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.fhiranchor.interceptors.consent.following.SamePerson;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A deny covers whom it names under each of their names on this server (DENY-7). */
@TestInstance(Lifecycle.PER_CLASS)
final class SamePersonTest {
  private final GatedServer server = GatedServer.shared();

  @BeforeAll
  void seed() {
    for (String organization : List.of("same-clinic", "same-other")) {
      server.load(
          "Organization/" + organization,
          "{\"resourceType\":\"Organization\",\"id\":\"%s\"}".formatted(organization));
    }
    person("same-doc");
    role("same-role", "same-doc", "same-clinic");
  }

  private void person(String id) {
    server.load(
        "Practitioner/" + id, "{\"resourceType\":\"Practitioner\",\"id\":\"%s\"}".formatted(id));
  }

  private void role(String id, String person, String organization) {
    server.load(
        "PractitionerRole/" + id,
        "{\"resourceType\":\"PractitionerRole\",\"id\":\"%s\",\"active\":false,\"practitioner\":{\"reference\":\"Practitioner/%s\"},\"organization\":{\"reference\":\"Organization/%s\"}}"
            .formatted(id, person, organization));
  }

  /** A patient who lets everybody read, and denies one. */
  private void patient(String id, String denied) {
    server.patient(id);
    server.observation("ob-" + id, id);
    String all =
        GatedServer.consentJson("all-" + id, id, "same-nobody", "TREAT")
            .replaceAll("(?s)\"actor\":\\[.*?}}],", "");
    server.load("Consent/all-" + id, all);
    server.ask(
        server.tokens().patient(id),
        "POST",
        "Consent/all-" + id + "/$grant",
        "{\"resourceType\":\"Parameters\"}");
    assertThat(read("Practitioner/same-stranger", id)).isEqualTo(200);
    server.load(
        "Consent/deny-" + id,
        GatedServer.consentJson("deny-" + id, id, "X", "TREAT")
            .replace("Practitioner/X", denied)
            .replace("\"type\":\"permit\"", "\"type\":\"deny\""));
  }

  private int read(String fhirUser, String patient) {
    String token =
        server
            .tokens()
            .saying(
                Map.of(
                    "fhirUser",
                    fhirUser,
                    "scope",
                    "user/*.rs",
                    "purpose_of_use",
                    List.of("TREAT")));
    return server.get(token, "Observation/ob-" + patient).statusCode();
  }

  @Test
  @DisplayName("DENY-7 a practitioner whom a deny names is denied by the name of a role of theirs")
  void aRoleOfTheDenied() {
    patient("same-one", "Practitioner/same-doc");
    assertThat(read("Practitioner/same-doc", "same-one")).isEqualTo(403);
    assertThat(read("PractitionerRole/same-role", "same-one")).isEqualTo(403);
    assertThat(read("Practitioner/same-stranger", "same-one")).isEqualTo(200);
  }

  @Test
  @DisplayName("DENY-7 whoever has the role, or works for whom, a deny names is denied")
  void whoeverHasTheRole() {
    patient("same-two", "PractitionerRole/same-role");
    assertThat(read("Practitioner/same-doc", "same-two")).isEqualTo(403);
    patient("same-three", "Organization/same-clinic");
    assertThat(read("Practitioner/same-doc", "same-three")).isEqualTo(403);
    assertThat(read("PractitionerRole/same-role", "same-three")).isEqualTo(403);
    patient("same-four", "Organization/same-other");
    assertThat(read("Practitioner/same-doc", "same-four")).isEqualTo(200);
  }

  @Test
  @DisplayName(
      "DENY-7 a role that is given, and one that is another's now, count from the answer on")
  void rolesChange() {
    patient("same-five", "Practitioner/same-fifth");
    person("same-fifth");
    person("same-sixth");
    role("same-moving", "same-sixth", "same-clinic");
    assertThat(read("PractitionerRole/same-moving", "same-five")).isEqualTo(200);
    role("same-moving", "same-fifth", "same-clinic");
    assertThat(read("PractitionerRole/same-moving", "same-five")).isEqualTo(403);
    assertThat(read("Practitioner/same-sixth", "same-five")).isEqualTo(200);
  }

  @Test
  @DisplayName("DENY-7 a role that is not here, or that somebody edited, is denied with anybody")
  void aRoleOfNobodyKnows() {
    patient("same-six", "Practitioner/same-doc");
    assertThat(read("PractitionerRole/same-missing", "same-six")).isEqualTo(403);
    person("same-seventh");
    role("same-edited", "same-seventh", "same-clinic");
    assertThat(read("PractitionerRole/same-edited", "same-six")).isEqualTo(200);
    assertThat(
            server
                .ask(server.tokens().loader(), "DELETE", "PractitionerRole/same-edited", "")
                .statusCode())
        .isBetween(200, 204);
    assertThat(read("PractitionerRole/same-edited", "same-six")).isEqualTo(403);
  }

  @Test
  @DisplayName("DENY-7 whose roles did not change costs no statement, whatever role was written")
  void costsNothing() {
    person("same-eighth");
    SamePerson people = server.server().bean(SamePerson.class);
    long least =
        IntStream.range(0, 5)
            .mapToLong(
                look -> {
                  role("same-unrelated-" + look, "same-eighth", "same-other");
                  return CountedStatements.ofThisThread(
                      () -> people.of(Set.of("Practitioner/same-doc")));
                })
            .min()
            .orElseThrow();
    assertThat(least).isZero();
    assertThat(people.of(Set.of("Practitioner/same-eighth")).references())
        .contains("PractitionerRole/same-unrelated-4", "Organization/same-other");
  }

  @Test
  @DisplayName("DENY-7 no permit is anybody's for a name that the token does not say")
  void noPermitGrows() {
    server.patient("same-seven");
    server.observation("ob-same-seven", "same-seven");
    server.consent("c-same-seven", "same-seven", "same-doc", "TREAT");
    assertThat(read("Practitioner/same-doc", "same-seven")).isEqualTo(200);
    assertThat(read("PractitionerRole/same-role", "same-seven")).isEqualTo(403);
  }

  @Test
  @DisplayName("DENY-7 a refusal for another name is explained, and replayed alike")
  void toldAndReplayed() {
    patient("same-eight", "Practitioner/same-doc");
    assertThat(read("PractitionerRole/same-role", "same-eight")).isEqualTo(403);
    String told =
        server
            .get(
                server.tokens().patient("same-eight"),
                "$explain-access?resource=Observation/ob-same-eight&reader=PractitionerRole/same-role&purpose=TREAT")
            .body();
    assertThat(told).contains("DENIED");
    String events =
        server
            .get(server.tokens().patient("same-eight"), "AuditEvent?patient=same-eight&outcome=4")
            .body();
    String id = events.replaceAll("(?s).*?(disclosure-[0-9a-f]{32}).*", "$1");
    String replayed =
        server
            .get(server.tokens().of(DemoRole.COMPLIANCE), "$replay?record=AuditEvent/" + id)
            .body();
    assertThat(replayed).contains("\"valueCode\":\"same\"").doesNotContain("DIFFERS");
  }
}
