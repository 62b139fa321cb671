package org.fhiranchor.interceptors.log.recording;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fhiranchor.consent.compile.ConsentWriter;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.JsonValue;

/**
 * Who wrote a version, as the who/why record of its leaf says. Records of format 1 know no roles,
 * and a server that asks for no tokens knows no one: such a writer may deny, for a deny is not lost
 * in doubt, and may say of nobody that a permit means them.
 */
public final class RecordedWriter implements ConsentWriter {
  /** Nothing is known, not even whether it was a client. */
  public static final RecordedWriter UNKNOWN = new RecordedWriter(Map.of());

  private static final int MOST_BYTES = 1 << 16;
  private static final int DEEPEST = 4;
  private static final String RELATED_PERSON = "RelatedPerson/";

  private final Map<String, String> facts;
  private final Set<String> roles;

  private RecordedWriter(Map<String, String> facts) {
    this.facts = facts;
    roles = Set.copyOf(List.of(facts.getOrDefault(WhoAndWhy.ROLES, "").split(" ")));
  }

  /** As this record says, which was compared with its leaf; empty for none. */
  public static RecordedWriter of(String record) {
    if (record.isEmpty()) {
      return UNKNOWN;
    }
    Map<String, String> facts = new HashMap<>();
    if (JsonValue.parse(record.getBytes(UTF_8), MOST_BYTES, DEEPEST) instanceof JsonValue.Obj all) {
      all.members()
          .forEach(
              (name, value) -> {
                if (value instanceof JsonValue.Str text) {
                  facts.put(name, text.text());
                }
              });
    }
    return new RecordedWriter(facts);
  }

  @Override
  public boolean mayDeny(PatientId patient) {
    return !isKnown() || mayNameCareTeam(patient.reference()) || represents(patient);
  }

  /**
   * Whether a permit means those whom this writer says to be in a patient's CareTeam (W-4).
   *
   * @param patient the team's subject, {@code "Patient/7"}; empty when it has none here
   */
  public boolean mayNameCareTeam(String patient) {
    return mayNameGroup()
        || roles.contains(WhoAndWhy.REGISTRAR)
        || (!patient.isEmpty() && patient.equals(facts.get(WhoAndWhy.USER)));
  }

  /** The same of a Group. */
  public boolean mayNameGroup() {
    return isServer()
        || roles.contains(WhoAndWhy.OPERATOR)
        || roles.contains(WhoAndWhy.BACK_END_SERVICE);
  }

  private boolean isKnown() {
    return isServer() || facts.containsKey(WhoAndWhy.ROLES);
  }

  private boolean isServer() {
    return WhoAndWhy.SYSTEM.equals(facts.get(WhoAndWhy.WRITER));
  }

  /** Whether a Consent named them at that time is not known any more: in doubt a deny counts. */
  private boolean represents(PatientId patient) {
    return facts.getOrDefault(WhoAndWhy.USER, "").startsWith(RELATED_PERSON)
        && patient.value().equals(facts.get(WhoAndWhy.PATIENT));
  }
}
