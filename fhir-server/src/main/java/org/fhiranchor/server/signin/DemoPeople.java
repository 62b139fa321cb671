package org.fhiranchor.server.signin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.demo.IssuerKeyFile;
import org.fhiranchor.ledger.secret.SecretFile;

/**
 * The demo people, in {@code <data>/issuer/people.json}. The file is made at the first start and
 * may be edited while the server is stopped.
 */
record DemoPeople(List<DemoPerson> all) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final Pattern USER = Pattern.compile("(Patient|Practitioner)/[A-Za-z0-9.-]{1,64}");
  private static final int MOST = 50;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  DemoPeople {
    all = List.copyOf(all);
  }

  /**
   * Those of this data folder.
   *
   * @throws IllegalStateException when the file does not describe people
   */
  static DemoPeople of(Path data) {
    SecretFile file = IssuerKeyFile.of(data, "people.json");
    try {
      List<DemoPerson> people =
          JSON.readValue(file.readOrMake(DemoPeople::usual), new TypeReference<>() {});
      if (people.isEmpty() || people.size() > MOST || !people.stream().allMatch(DemoPeople::ok)) {
        throw unreadable(file, null);
      }
      return new DemoPeople(people);
    } catch (JsonProcessingException e) {
      throw unreadable(file, e);
    }
  }

  Optional<DemoPerson> named(String id) {
    return all.stream().filter(person -> person.id().equals(id)).findFirst();
  }

  private static boolean ok(DemoPerson person) {
    boolean patient = person.fhirUser().startsWith("Patient/");
    return ID.matcher(person.id()).matches()
        && USER.matcher(person.fhirUser()).matches()
        && patient == person.isPatient()
        && person.role() != DemoRole.LOADER;
  }

  private static IllegalStateException unreadable(
      SecretFile file, @org.jspecify.annotations.Nullable Exception why) {
    return new IllegalStateException(
        "%s: want 1 to %d people with id, fullName, label, role, fhirUser, purposes; remove the file and the server makes it anew"
            .formatted(file.path(), MOST),
        why);
  }

  private static String usual() {
    try {
      return JSON.writeValueAsString(
          List.of(
              person("patient", "Paula Patient", SignInWords.PATIENT, DemoRole.PATIENT),
              person(
                  "clinician", "Dr. Clara Clinician", SignInWords.CLINICIAN, DemoRole.PRACTITIONER),
              emergency(),
              person(
                  "compliance",
                  "Otto Officer",
                  SignInWords.COMPLIANCE_OFFICER,
                  DemoRole.COMPLIANCE),
              person("registrar", "Rita Registrar", SignInWords.REGISTRAR, DemoRole.REGISTRAR),
              person("operator", "Olga Operator", SignInWords.OPERATOR, DemoRole.OPERATOR)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whose purpose lets them break the glass, with a reason. */
  private static DemoPerson emergency() {
    return new DemoPerson(
        "demo-emergency",
        "Dr. Emma Emergency",
        SignInWords.EMERGENCY_DOCTOR.in(SignInLanguage.EN),
        DemoRole.PRACTITIONER,
        "Practitioner/demo-emergency",
        List.of("ETREAT"));
  }

  private static DemoPerson person(String id, String name, SignInWords label, DemoRole role) {
    boolean patient = role == DemoRole.PATIENT;
    return new DemoPerson(
        "demo-" + id,
        name,
        label.in(SignInLanguage.EN),
        role,
        (patient ? "Patient/" : "Practitioner/") + "demo-" + id,
        List.of(patient ? "PATRQT" : "TREAT"));
  }
}
