package org.fhiranchor.interceptors.identity.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fhiranchor.consent.decide.Purpose;

/**
 * What a demo token shall say.
 *
 * @param role decides the scopes
 * @param subject claim {@code sub}, also the id of {@code fhirUser}
 * @param patient logical id of the patient; required for {@link DemoRole#PATIENT}
 * @param organization reference or logical id
 * @param purposes codes of HL7's PurposeOfUse
 * @param lifetime at most {@link #MAX_LIFETIME}
 */
public record DemoToken(
    DemoRole role,
    String subject,
    Optional<String> patient,
    Optional<String> organization,
    List<String> purposes,
    Duration lifetime) {
  /** The longest that a demo token may live. */
  public static final Duration MAX_LIFETIME = Duration.ofHours(24);

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  public DemoToken {
    purposes = List.copyOf(purposes);
    requireKnown("PURPOSE", purposes);
    patient.filter(id -> !ID.matcher(id).matches()).ifPresent(DemoToken::refusePatient);
    if (role == DemoRole.PATIENT && patient.isEmpty()) {
      throw new IllegalArgumentException("PATIENT: want a logical id with ROLE=patient, got none");
    }
    if (!ID.matcher(subject).matches()) {
      throw new IllegalArgumentException("SUBJECT: want a FHIR logical id, got " + subject);
    }
    boolean tooShort = lifetime.compareTo(Duration.ofSeconds(1)) < 0;
    if (tooShort || lifetime.compareTo(MAX_LIFETIME) > 0) {
      throw new IllegalArgumentException(
          "TTL: want 1 to %d seconds, got %d"
              .formatted(MAX_LIFETIME.toSeconds(), lifetime.toSeconds()));
    }
  }

  /**
   * A token for this role, which is not the patient's, with everything else left at its default.
   */
  public static DemoToken of(DemoRole role) {
    return new DemoToken(
        role,
        "demo-" + role.name().toLowerCase(Locale.ROOT),
        Optional.empty(),
        Optional.empty(),
        List.of("TREAT"),
        Duration.ofHours(1));
  }

  /** A patient's token. */
  public static DemoToken patient(String id) {
    return new DemoToken(
        DemoRole.PATIENT,
        id,
        Optional.of(id),
        Optional.empty(),
        List.of("PATRQT"),
        Duration.ofHours(1));
  }

  /** Claim {@code fhirUser}; compliance, registrar and operator are people too. */
  String fhirUser() {
    return role == DemoRole.PATIENT
        ? "Patient/" + patient.orElse(subject)
        : "Practitioner/" + subject;
  }

  /**
   * Refuses what is no code of HL7's PurposeOfUse: no consent could be for it.
   *
   * @param place where they stand, for the refusal
   */
  public static void requireKnown(String place, List<String> purposes) {
    for (String purpose : purposes) {
      if (!Purpose.hierarchy().containsKey(purpose)) {
        throw new IllegalArgumentException(
            "%s: want %s, got %s"
                .formatted(place, String.join("|", Purpose.hierarchy().keySet()), purpose));
      }
    }
  }

  private static void refusePatient(String id) {
    throw new IllegalArgumentException("PATIENT: want a FHIR logical id, got " + id);
  }
}
