package org.fhiranchor.interceptors.leak;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Somebody who has no right to a hidden record, by what their token says.
 *
 * @param name short name
 * @param subject the token's sub
 * @param claims all other claims; none at all for a request without a valid token
 */
record FuzzPersona(String name, String subject, Map<String, Object> claims) {
  private static final Pattern OF_ONE_TYPE = Pattern.compile("(?:system|user)/([A-Z][A-Za-z]+)\\.");
  private static final String USER = "user/*.cruds openid fhirUser";
  private static final String OTHER_PATIENT = "launched-Patient";

  /** What belongs to nobody is not a patient's to write. */
  private static final String OF_ONE_PATIENT = "patient/*.rs user/Subscription.cruds";

  /** No search parameter here is met by a hidden record: docs/verify/leak-fuzz.md. */
  private static final String NARROWED =
      "user/Patient.rs?gender=female user/Condition.rs?code=http://snomed.info/sct|38341003"
          + " user/Observation.rs?code=http://loinc.org|29463-7";

  /** The same in the place of those types' whole ones; of the others it hears all. */
  private static final String HEARS_NARROWED =
      NARROWED
          + " user/Encounter.rs user/Organization.rs user/Task.rs user/Procedure.rs"
          + " user/Subscription.cruds";

  private static final List<String> TREAT = List.of("TREAT");

  private static final String PERMITTED = "Practitioner/dr-permitted";

  /** Who has the consent of the visible patients, for all but what these deny. */
  static final FuzzPersona READER = doctor("consent of another patient", USER, "dr-other");

  /** May see the hidden records' journal, and is drawn for what says nothing of them: a replay. */
  static final FuzzPersona OFFICER =
      new FuzzPersona("compliance", "officer", Map.of("scope", "anchor/compliance.read"));

  /** Who asks. Left out, because the hidden records are theirs to see: docs/verify/leak-fuzz.md. */
  static List<FuzzPersona> all() {
    return List.of(
        doctor("no consent", USER, "dr-none"),
        doctor("consent revoked", USER, "dr-revoked"),
        doctor("consent for another purpose", USER, "dr-purpose"),
        READER,
        doctor("reads alone", "user/*.rs", "dr-other"),
        doctor("writes alone", "user/*.cu", "dr-other"),
        doctor("SMART v1 scopes", "user/*.read user/*.write", "dr-other"),
        doctor("two types alone", "user/Observation.rs user/Patient.r", "dr-other"),
        doctor("system scopes", "system/*.rs", "dr-other"),
        doctor("system scopes, no consent", "system/*.rs", "dr-none"),
        doctor("mixed levels", "system/Organization.cruds user/*.rs", "dr-none"),
        doctor("mixed levels, writes", "system/Organization.rs user/*.cruds", "dr-other"),
        doctor("no FHIR scope", "openid fhirUser", "dr-other"),
        doctor("permitted, but by scopes narrowed to other resources", NARROWED, "dr-permitted"),
        doctor(
            "permitted, but to change by scopes narrowed to other resources",
            NARROWED.replace(".rs?", ".ud?"),
            "dr-permitted"),
        doctor(
            "writes and reads by narrowed scopes", NARROWED.replace(".rs?", ".cruds?"), "dr-other"),
        new FuzzPersona(
            "permitted, launched for one patient by scopes narrowed to other resources",
            "dr-permitted",
            Map.of(
                "scope",
                NARROWED.replace("user/", "patient/"),
                "fhirUser",
                PERMITTED,
                "patient",
                "hidden-Patient",
                "purpose_of_use",
                TREAT)),
        doctor("a narrowed scope beside whole ones", USER + " " + NARROWED, "dr-other"),
        doctor("stored nowhere", USER, "dr-unknown"),
        new FuzzPersona(
            "no purpose", "dr-other", Map.of("scope", USER, "fhirUser", "Practitioner/dr-other")),
        new FuzzPersona(
            "the visible patient",
            "visible-Patient",
            Map.of(
                "scope", "patient/*.cruds launch/patient",
                "fhirUser", "Patient/visible-Patient",
                "patient", "visible-Patient",
                "purpose_of_use", List.of("PATRQT"))),
        new FuzzPersona(
            "a patient who has a consent",
            OTHER_PATIENT,
            Map.of(
                "scope",
                "patient/*.cruds launch/patient",
                "fhirUser",
                "Patient/" + OTHER_PATIENT,
                "patient",
                OTHER_PATIENT,
                "purpose_of_use",
                List.of("PATRQT"))),
        launched("launched for the hidden patient", "patient/*.cruds", "hidden-Patient"),
        launched("launched for the visible patient", "patient/*.rs", "visible-Patient"),
        new FuzzPersona(
            "permitted, launched for one patient",
            "dr-permitted",
            Map.of(
                "scope",
                "patient/*.cruds",
                "fhirUser",
                "Practitioner/dr-permitted",
                "patient",
                "launched-Patient",
                "purpose_of_use",
                TREAT)),
        launched("patient claim beside user scopes", USER, "hidden-Patient"),
        new FuzzPersona(
            "patient claim without fhirUser",
            "app",
            Map.of("scope", USER, "patient", "hidden-Patient", "purpose_of_use", TREAT)),
        told("permitted, for another purpose", "Practitioner/dr-permitted", "HRESCH"),
        new FuzzPersona(
            "permitted, without a purpose",
            "dr-permitted",
            Map.of("scope", USER, "fhirUser", "Practitioner/dr-permitted")),
        told("breaks the glass without a reason", "Practitioner/dr-none", "ETREAT"),
        told(
            "another server's patient", "http://evil.example/fhir/Patient/hidden-Patient", "TREAT"),
        new FuzzPersona(
            "an organization that is none",
            "dr-other",
            Map.of(
                "scope",
                USER,
                "fhirUser",
                "Practitioner/dr-other",
                "organization",
                "Practitioner/dr-permitted",
                "purpose_of_use",
                TREAT)),
        new FuzzPersona("no token", "", Map.of()));
  }

  /**
   * Who has subscriptions. Nobody else is taken for them: each has a subject that no other persona
   * has.
   */
  static List<FuzzPersona> subscribers() {
    return List.of(
        hearer("hears-permitted", "dr-permitted", USER, Map.of()),
        hearer("hears-narrowed", "dr-permitted", HEARS_NARROWED, Map.of()),
        hearer("hears-of-visible", "dr-permitted", OF_ONE_PATIENT, patient("visible-Patient")),
        hearer("hears-other", "dr-other", USER, Map.of()),
        hearer("hears-of-labelled", "dr-other", OF_ONE_PATIENT, patient("labelled-Patient")),
        hearer("hears-revoked", "dr-revoked", USER, Map.of()),
        hearer("hears-purpose", "dr-purpose", USER, Map.of()),
        hearer("hears-none", "dr-none", USER, Map.of()));
  }

  /** Whether this subject has the consents of the hidden patient, as far as the token goes. */
  static boolean maySeeHidden(String subject) {
    return subscribers().stream()
        .filter(one -> one.subject().equals(subject))
        .anyMatch(one -> PERMITTED.equals(one.claims().get("fhirUser")));
  }

  private static Map<String, String> patient(String id) {
    return Map.of("patient", id);
  }

  private static FuzzPersona hearer(
      String subject, String user, String scope, Map<String, String> more) {
    Map<String, Object> claims = new TreeMap<>(more);
    claims.put("scope", scope);
    claims.put("fhirUser", "Practitioner/" + user);
    claims.put("purpose_of_use", TREAT);
    return new FuzzPersona(subject, subject, claims);
  }

  private static FuzzPersona told(String name, String user, String purpose) {
    return new FuzzPersona(
        name,
        name.replace(' ', '-'),
        Map.of("scope", USER, "fhirUser", user, "purpose_of_use", List.of(purpose)));
  }

  private static FuzzPersona doctor(String name, String scope, String subject) {
    return new FuzzPersona(
        name,
        subject,
        Map.of("scope", scope, "fhirUser", "Practitioner/" + subject, "purpose_of_use", TREAT));
  }

  private static FuzzPersona launched(String name, String scope, String patient) {
    return new FuzzPersona(
        name,
        "dr-other",
        Map.of(
            "scope",
            scope,
            "fhirUser",
            "Practitioner/dr-other",
            "patient",
            patient,
            "purpose_of_use",
            TREAT));
  }

  /** A patient, whose own accounting is in the journal. */
  boolean isPatient() {
    return subject.endsWith("-Patient");
  }

  /** A type that a scope names for its own, beside what another says of all types. */
  Optional<String> typeApart() {
    Matcher named = OF_ONE_TYPE.matcher(String.valueOf(claims.get("scope")));
    return named.find() ? Optional.of(named.group(1)) : Optional.empty();
  }

  /** A value for the header Authorization, empty for none. */
  String badge(DemoBadges badges) {
    return claims.isEmpty() ? "" : badges.token(name, subject, claims);
  }
}
