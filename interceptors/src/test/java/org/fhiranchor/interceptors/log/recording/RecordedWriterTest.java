package org.fhiranchor.interceptors.log.recording;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.merkle.Salt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a who/why record of either format says of its writer. */
final class RecordedWriterTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final PatientId PATIENT = new PatientId("p1");
  private static final String TEAM_OF = PATIENT.reference();

  private static RecordedWriter writer(String user, String launched, String scopes) {
    Requester requester =
        new Requester(
            "sub",
            Optional.empty(),
            Optional.of(user),
            Optional.empty(),
            Optional.of(launched).filter(id -> !id.equals("-")),
            Set.of(),
            SmartScopes.parse(scopes));
    SystemRequestDetails request = new SystemRequestDetails();
    requester.attachTo(request);
    return recorded(new WhoAndWhy().apply(Optional.of(request)));
  }

  private static RecordedWriter recorded(Map<String, String> facts) {
    return RecordedWriter.of(SaltedRecord.of(facts, Salt.random(RANDOM)).json());
  }

  @ParameterizedTest(name = "{0} launched for {1} with {2}: deny {3}, care team {4}, group {5}")
  @CsvSource({
    "Patient/p1, p1, patient/*.cruds, true, true, false",
    "Patient/p2, p2, patient/*.cruds, false, false, false",
    "Patient/p2, p1, patient/*.cruds, false, false, false",
    "RelatedPerson/r, p1, patient/*.cruds, true, false, false",
    "RelatedPerson/r, p2, patient/*.cruds, false, false, false",
    "Practitioner/d, -, user/*.cruds, false, false, false",
    "Practitioner/d, p1, patient/*.cruds, false, false, false",
    "Practitioner/d, -, anchor/registrar user/*.cruds, true, true, false",
    "Practitioner/d, -, anchor/operator user/*.cruds, true, true, true",
    "Practitioner/d, -, anchor/compliance.read user/*.cruds, false, false, false",
    "Device/d, -, system/*.cruds, true, true, true",
    "Device/d, -, system/Consent.cruds user/*.cruds, false, false, false"
  })
  @DisplayName("DENY-3, W-4 whose deny counts, and whose word on who is in a team")
  void whatEachMay(
      String user, String launched, String scopes, boolean deny, boolean team, boolean group) {
    RecordedWriter writer = writer(user, launched, scopes);
    assertThat(writer.mayDeny(PATIENT)).isEqualTo(deny);
    assertThat(writer.mayNameCareTeam(TEAM_OF)).isEqualTo(team);
    assertThat(writer.mayNameGroup()).isEqualTo(group);
  }

  @Test
  @DisplayName("DENY-3, W-4 what the server writes of its own accord counts")
  void theServerItself() {
    RecordedWriter server = recorded(new WhoAndWhy().apply(Optional.empty()));
    assertThat(server.mayDeny(PATIENT)).isTrue();
    assertThat(server.mayNameCareTeam("")).isTrue();
  }

  @Test
  @DisplayName(
      "DENY-3 a record of format 1 loses no deny, and W-4 gives no permit, but a patient's")
  void recordsOfBefore() {
    RecordedWriter clinician =
        recorded(Map.of("v", "1", "writer", "client", "user", "Practitioner/d"));
    assertThat(clinician.mayDeny(PATIENT)).isTrue();
    assertThat(clinician.mayNameCareTeam(TEAM_OF)).isFalse();
    assertThat(clinician.mayNameGroup()).isFalse();
    RecordedWriter patient = recorded(Map.of("v", "1", "writer", "client", "user", TEAM_OF));
    assertThat(patient.mayNameCareTeam(TEAM_OF)).isTrue();
    assertThat(patient.mayNameCareTeam("Patient/p2")).isFalse();
    assertThat(patient.mayNameCareTeam("")).isFalse();
    RecordedWriter job = recorded(Map.of("v", "1", "writer", "system"));
    assertThat(job.mayNameGroup()).isTrue();
  }

  @Test
  @DisplayName("DENY-3 where no record is, and where nobody asked for tokens, a deny counts")
  void nothingKnown() {
    assertThat(RecordedWriter.of("").mayDeny(PATIENT)).isTrue();
    assertThat(RecordedWriter.of("[]").mayNameGroup()).isFalse();
    RecordedWriter anybody = recorded(Map.of("v", "2", "writer", "client"));
    assertThat(anybody.mayDeny(PATIENT)).isTrue();
    assertThat(anybody.mayNameCareTeam(TEAM_OF)).isFalse();
  }
}
