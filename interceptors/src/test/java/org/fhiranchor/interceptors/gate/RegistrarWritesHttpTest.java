package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a registrar may not write, because it would open a record to them: WHO-6. */
final class RegistrarWritesHttpTest {
  private static final String NOTHING = "{\"resourceType\":\"Parameters\"}";
  private static final String TEAMS = "leads to you";
  private static final String DENIES = "denies you";

  private final GatedServer server = GatedServer.shared();
  private String clerk = "";
  private String other = "";

  @BeforeEach
  void people() {
    for (String who : List.of("rw-clerk", "rw-other", "rw-doc", "rw-new")) {
      server.load("Practitioner/" + who, named("Practitioner", who, ""));
    }
    server.load("Organization/rw-org", named("Organization", "rw-org", ",\"name\":\"o\""));
    server.load(
        "PractitionerRole/rw-role",
        named(
            "PractitionerRole",
            "rw-role",
            ",\"practitioner\":{\"reference\":\"Practitioner/rw-clerk\"}"));
    clerk = registrar("rw-clerk", "Organization/rw-org");
    other = registrar("rw-other", "Organization/rw-elsewhere");
  }

  private String registrar(String who, String organization) {
    return server
        .tokens()
        .saying(
            Map.of(
                "client_id",
                "c",
                "scope",
                "anchor/registrar user/CareTeam.cruds user/Consent.cruds user/Patient.crus"
                    + " user/Observation.rs",
                "fhirUser",
                "Practitioner/" + who,
                "organization",
                organization,
                "purpose_of_use",
                List.of("TREAT")));
  }

  private static String named(String type, String id, String more) {
    return "{\"resourceType\":\"%s\",\"id\":\"%s\"%s}".formatted(type, id, more);
  }

  private static String team(String id, String patient, String... members) {
    String participants =
        String.join(
            ",",
            List.of(members).stream()
                .map("{\"member\":{\"reference\":\"%s\"}}"::formatted)
                .toList());
    return named(
        "CareTeam",
        id,
        ",\"subject\":{\"reference\":\"Patient/%s\"}%s"
            .formatted(
                patient, members.length == 0 ? "" : ",\"participant\":[" + participants + "]"));
  }

  private static String consent(String id, String patient, String actor) {
    return GatedServer.consentJson(id, patient, "x", "TREAT").replace("Practitioner/x", actor);
  }

  private static String deny(String id, String patient, String actor) {
    return consent(id, patient, actor).replace("\"permit\"", "\"deny\"");
  }

  private int read(String token, String path) {
    return server.get(token, path).statusCode();
  }

  private void refused(String words, String method, String path, String body) {
    HttpResponse<String> answer = server.ask(clerk, method, path, body);
    assertThat(answer.statusCode()).as(method + " " + path + answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains(words);
  }

  private void stored(String token, String method, String path, String body) {
    HttpResponse<String> answer = server.ask(token, method, path, body);
    assertThat(answer.statusCode()).as(method + " " + path + answer.body()).isBetween(200, 201);
  }

  private double acts(String act, String outcome) {
    return server
        .server()
        .bean(MeterRegistry.class)
        .find("anchor.registrar.acts")
        .tag("act", act)
        .tag("outcome", outcome)
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private void granted(String id, String patient, String actor) {
    server.load("Consent/" + id, consent(id, patient, actor));
    stored(server.tokens().patient(patient), "POST", "Consent/" + id + "/$grant", NOTHING);
  }

  @Test
  @DisplayName("WHO-6 a registrar puts nobody into a team that leads to them")
  void noTeamOfTheirOwn() {
    server.patient("rw-team");
    server.observation("ob-rw-team", "rw-team");
    server.load("CareTeam/rw-t", team("rw-t", "rw-team", "Practitioner/rw-doc"));
    server.load("CareTeam/rw-inner", team("rw-inner", "rw-team", "Practitioner/rw-clerk"));
    granted("c-rw-team", "rw-team", "CareTeam/rw-t");
    String doctor = server.tokens().practitioner("rw-doc", "TREAT");
    await().atMost(120, SECONDS).until(() -> read(doctor, "Observation/ob-rw-team") == 200);
    double before = acts("write_team", "refused");
    for (String member :
        List.of(
            "Practitioner/rw-clerk",
            server.server().url("fhir/Practitioner/rw-clerk").toString(),
            "PractitionerRole/rw-role",
            "CareTeam/rw-inner",
            "Organization/rw-org")) {
      String body = team("rw-t", "rw-team", "Practitioner/rw-doc", member);
      refused(TEAMS, "PUT", "CareTeam/rw-t", body);
      refused(
          TEAMS,
          "POST",
          "",
          WritesAsQuestions.transaction(WritesAsQuestions.entry("PUT", "CareTeam/rw-t", body, "")));
      refused(TEAMS, "POST", "CareTeam", team("x", "rw-team", member));
    }
    // a team that is made for it in the same transaction
    String made = team("x", "rw-team", "Practitioner/rw-clerk");
    refused(
        TEAMS,
        "POST",
        "",
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"fullUrl\":\"urn:uuid:7a1f1f0e-0d0c-4a57-9d57-3d9d6ab1b0aa\",\"resource\":%s,\"request\":{\"method\":\"POST\",\"url\":\"CareTeam\"}},%s]}"
            .formatted(
                made,
                WritesAsQuestions.entry(
                    "PUT",
                    "CareTeam/rw-t",
                    team("rw-t", "rw-team", "urn:uuid:7a1f1f0e-0d0c-4a57-9d57-3d9d6ab1b0aa"),
                    "")));
    assertThat(acts("write_team", "refused")).isGreaterThan(before);
    assertThat(read(clerk, "Observation/ob-rw-team")).isEqualTo(403);
    assertThat(server.versions("CareTeam/rw-t")).containsExactly(1L);
    // somebody else is put there
    stored(
        clerk,
        "PUT",
        "CareTeam/rw-t",
        team("rw-t", "rw-team", "Practitioner/rw-doc", "Practitioner/rw-new"));
    String added = server.tokens().practitioner("rw-new", "TREAT");
    await().atMost(120, SECONDS).until(() -> read(added, "Observation/ob-rw-team") == 200);
    assertThat(read(clerk, "Observation/ob-rw-team")).isEqualTo(403);
  }

  @Test
  @DisplayName("WHO-6 a registrar who may see a team patches nobody into it who leads to them")
  void noPatchOfATeam() {
    server.patient("rw-patch");
    server.observation("ob-rw-patch", "rw-patch");
    server.load("CareTeam/rw-p", team("rw-p", "rw-patch", "Practitioner/rw-doc"));
    granted("c-rw-patch", "rw-patch", "CareTeam/rw-p");
    server.consent(
        "c-rw-see",
        "rw-patch",
        "rw-clerk",
        "TREAT",
        "\"class\":[{\"system\":\"http://hl7.org/fhir/resource-types\",\"code\":\"CareTeam\"}],");
    await().atMost(120, SECONDS).until(() -> read(clerk, "CareTeam/rw-p") == 200);
    refused(
        TEAMS,
        "PATCH",
        "CareTeam/rw-p",
        "[{\"op\":\"replace\",\"path\":\"/participant/0/member/reference\",\"value\":\"Practitioner/rw-clerk\"}]");
    assertThat(read(clerk, "Observation/ob-rw-patch")).isEqualTo(403);
  }

  @Test
  @DisplayName("WHO-6 a registrar fills no team after they granted to it")
  void noTeamAfterTheGrant() {
    server.load("Patient/rw-after", named("Patient", "rw-after", ""));
    server.observation("ob-rw-after", "rw-after");
    stored(clerk, "PUT", "CareTeam/rw-a", team("rw-a", "rw-after"));
    String form =
        consent("c-rw-after", "rw-after", "CareTeam/rw-a")
            .replace(
                "\"policyRule\"",
                "\"sourceAttachment\":{\"contentType\":\"text/plain\",\"data\":\"c2lnbmVk\"},\"policyRule\"");
    stored(clerk, "PUT", "Consent/c-rw-after", form);
    stored(
        clerk,
        "POST",
        "Patient/rw-after/$enroll-key",
        GatedServer.parameters(GatedServer.valueString("custody", "server")));
    stored(clerk, "POST", "Consent/c-rw-after/$grant", NOTHING);
    refused(TEAMS, "PUT", "CareTeam/rw-a", team("rw-a", "rw-after", "Practitioner/rw-clerk"));
    assertThat(read(clerk, "Observation/ob-rw-after")).isEqualTo(403);
  }

  @Test
  @DisplayName("WHO-6 a registrar leaves no team that a deny names, and does not delete it")
  void noWayOutOfATeam() {
    server.patient("rw-out");
    server.load("CareTeam/rw-o", team("rw-o", "rw-out", "Practitioner/rw-clerk"));
    refused(TEAMS, "PUT", "CareTeam/rw-o", team("rw-o", "rw-out", "Practitioner/rw-doc"));
    refused(TEAMS, "DELETE", "CareTeam/rw-o", "");
    stored(other, "PUT", "CareTeam/rw-o", team("rw-o", "rw-out", "Practitioner/rw-doc"));
  }

  @Test
  @DisplayName("WHO-6 a registrar takes back no deny that covers them")
  void noDenyTakenBack() {
    server.patient("rw-deny");
    server.observation("ob-rw-deny", "rw-deny");
    server.load("CareTeam/rw-d", team("rw-d", "rw-deny", "Practitioner/rw-clerk"));
    granted("c-rw-org", "rw-deny", "Organization/rw-org");
    await().atMost(120, SECONDS).until(() -> read(clerk, "Observation/ob-rw-deny") == 200);
    double before = acts("change_deny", "refused");
    for (String actor :
        List.of(
            "Practitioner/rw-clerk",
            "PractitionerRole/rw-role",
            "CareTeam/rw-d",
            "Organization/rw-org")) {
      String id = "d-rw-" + Integer.toHexString(actor.hashCode());
      String path = "Consent/" + id;
      String deny = deny(id, "rw-deny", actor);
      server.load(path, deny);
      String inactive = deny.replace("\"active\"", "\"inactive\"");
      refused(DENIES, "PUT", path, inactive);
      refused(DENIES, "PUT", path, deny.replace(actor, "Practitioner/rw-doc"));
      refused(DENIES, "PUT", path, deny.replace("Patient/rw-deny", "Patient/rw-after"));
      refused(DENIES, "PUT", path, deny.replace("\"deny\"", "\"permit\""));
      refused(DENIES, "PUT", path, deny.replace("\"TREAT\"", "\"HRESCH\""));
      refused(DENIES, "DELETE", path, "");
      refused(
          DENIES,
          "POST",
          "",
          WritesAsQuestions.transaction(WritesAsQuestions.entry("PUT", path, inactive, "")));
      assertThat(server.versions(path)).containsExactly(1L);
      // what says the same is theirs to store
      stored(
          clerk, "PUT", path, deny.replace("\"policyRule\"", "\"language\":\"en\",\"policyRule\""));
      await().atMost(120, SECONDS).until(() -> read(clerk, "Observation/ob-rw-deny") == 403);
      double counted = acts("change_deny", "done");
      stored(other, "PUT", path, inactive);
      assertThat(acts("change_deny", "done")).isEqualTo(counted + 1);
      await().atMost(120, SECONDS).until(() -> read(clerk, "Observation/ob-rw-deny") == 200);
    }
    assertThat(acts("change_deny", "refused")).isGreaterThan(before);
  }

  @Test
  @DisplayName("WHO-6 a registrar takes back no deny of everybody, nor one below a permit")
  void noDenyOfEverybody() {
    server.patient("rw-all");
    String actor = "\"actor\":[{";
    String all = deny("d-rw-all", "rw-all", "Practitioner/x").replace(actor, "\"was\":[{");
    all = all.replaceAll("(?s)\"was\":\\[\\{.*?\\}\\],\\s*\"purpose\"", "\"purpose\"");
    String below =
        consent("d-rw-below", "rw-all", "Organization/rw-org")
            .replace(
                "{\"type\":\"permit\",",
                "{\"type\":\"permit\",\"provision\":[{\"type\":\"deny\",\"class\":[{\"system\":\"http://hl7.org/fhir/resource-types\",\"code\":\"Observation\"}]}],");
    for (String deny : List.of(all, below)) {
      String path = "Consent/" + (deny.equals(all) ? "d-rw-all" : "d-rw-below");
      server.load(path, deny);
      refused(DENIES, "PUT", path, deny.replace("\"active\"", "\"inactive\""));
      refused(DENIES, "DELETE", path, "");
      stored(
          server.tokens().patient("rw-all"),
          "PUT",
          path,
          deny.replace("\"active\"", "\"inactive\""));
    }
  }
}
