package org.fhiranchor.interceptors.leak;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** The words of the grammar: types, ids, references in every written form, values. */
record FuzzWords(Dice dice) {
  private static final List<String> HELD =
      List.of(
          "Patient",
          "Observation",
          "Encounter",
          "Condition",
          "MedicationRequest",
          "DiagnosticReport",
          "List",
          "Composition",
          "Consent",
          "AllergyIntolerance",
          "Procedure",
          "RelatedPerson",
          "Task",
          "Device",
          "Group",
          "Binary",
          "DocumentReference",
          "Bundle",
          "AuditEvent",
          "Provenance",
          "Basic");
  private static final List<String> OPEN =
      List.of(
          "Organization",
          "Practitioner",
          "PractitionerRole",
          "Location",
          "Medication",
          "CodeSystem",
          "ValueSet",
          "StructureDefinition",
          "SearchParameter",
          "Subscription",
          "CareTeam",
          "Coverage",
          "Account",
          "Appointment",
          "ServiceRequest",
          "Questionnaire",
          "MessageHeader",
          "PaymentNotice",
          "Linkage",
          "ImplementationGuide");

  /** Observations whose versions, or whose deletion, are hidden one by one. */
  static final List<String> OF_MANY_VERSIONS =
      List.of("moved-Observation", "moved-Observation", "hidden-Deleted", "hidden-Observation");

  private static final List<String> OTHER_IDS =
      List.of("hidden-Consent-revoked", "hidden-Consent-purpose", "never-known", "0", "99999999");

  /** Hidden ids of a type beside {@code hidden-Type}, each hidden for another reason. */
  private static final Map<String, List<String>> HIDDEN =
      Map.ofEntries(
          Map.entry(
              "Observation",
              List.of(
                  "hidden-Observation",
                  "hidden-Shared",
                  "hidden-Deleted",
                  "pointed-Observation",
                  "hidden-Restricted",
                  "hidden-Coded",
                  "hidden-Separately",
                  "hidden-Related",
                  "hidden-ByEncounter",
                  "hidden-Second",
                  "hidden-Unusual")),
          Map.entry("Procedure", List.of("hidden-Procedure", "hidden-Class")),
          Map.entry("Encounter", List.of("hidden-Encounter", "denied-Encounter", "hidden-Leading")),
          Map.entry("Task", List.of("hidden-Task", "hidden-ByFocus")),
          Map.entry("Binary", List.of("hidden-Binary", "hidden-Bare")),
          Map.entry("DocumentReference", List.of("hidden-DocumentReference", "hidden-Attached")),
          Map.entry(
              "Condition", List.of("hidden-Condition", "pointed-Condition", "hidden-Extended")),
          Map.entry(
              "Provenance",
              List.of(
                  "hidden-Provenance",
                  "hidden-OfVersion",
                  "log.Observation.hidden-Observation.1",
                  "log.Observation.hidden-Deleted.2",
                  "log.Observation.hidden-Shared.1",
                  "log.Patient.hidden-Patient.1",
                  "log.Organization.hidden-Organization.1",
                  "log.leaf.999999999")),
          Map.entry("Organization", List.of("hidden-Organization", "hidden-Elsewhere")),
          Map.entry("Consent", List.of("hidden-Consent", "hidden-Consent-unsigned")));

  /** Visible ids of a type, where there is not just {@code visible-Type}. */
  private static final Map<String, List<String>> VISIBLE =
      Map.of(
          "Provenance",
          List.of(
              "visible-Provenance",
              "log.Observation.visible-Observation.1",
              "log.Patient.visible-Patient.1"),
          "Observation",
          List.of(
              "visible-Observation",
              "visible-Observation-2",
              "visible-Observation-3",
              "visible-Observation-5",
              "moved-Observation",
              "launched-Observation",
              "labelled-Observation"),
          "Patient",
          List.of("visible-Patient", "visible-Patient", "labelled-Patient", "launched-Patient"),
          "Condition",
          List.of("visible-Condition", "protected-Condition"),
          "Organization",
          List.of("org-a", "visible-Organization"),
          "Location",
          List.of("visible-Location", "visible-Location-2"),
          "Practitioner",
          List.of("dr-none", "dr-other", "visible-Practitioner", "visible-Practitioner-2"),
          "Consent",
          List.of("visible-Consent", "labelled-Consent"),
          "DocumentReference",
          List.of("visible-DocumentReference", "visible-DocumentReference-2"));

  /** Conditions that find a hidden resource, or ask about one. */
  private static final Map<String, List<String>> CONDITIONS =
      Map.of(
          "Patient",
          List.of(
              "identifier=urn:example:mrn|canary-mrn",
              "family=Canaryfamily",
              "birthdate=1977-03-17"),
          "Organization",
          List.of(
              "name=Canaryclinic",
              "identifier=urn:example:mrn|canary-clinic",
              "_id=org-a&_has:Patient:organization:family=Canaryfamily",
              "_id=hidden-Organization"),
          "Location",
          List.of("name=Canaryward", "_id=hidden-Location"),
          "Encounter",
          List.of("identifier=urn:example:visit|canary-visit", "_id=hidden-Encounter"),
          "Observation",
          List.of("code=68961-2", "_id=hidden-Observation"));

  String type() {
    int throwOf = dice.below(100);
    if (throwOf < 25) {
      return "Observation";
    }
    if (throwOf < 40) {
      return "Patient";
    }
    return throwOf < 85 ? dice.pick(HELD) : dice.pick(OPEN);
  }

  String id(String type) {
    int throwOf = dice.below(100);
    if (throwOf < 42) {
      return dice.pick(HIDDEN.getOrDefault(type, List.of("hidden-" + type)));
    }
    if (throwOf < 80) {
      return nearId(type);
    }
    if (throwOf < 88) {
      return "absent-" + type;
    }
    return throwOf < 92 ? dice.pick(OTHER_IDS) : made(type);
  }

  /** The id of something that a reader with a consent may see. */
  String nearId(String type) {
    return dice.chance(12)
        ? made(type)
        : dice.pick(VISIBLE.getOrDefault(type, List.of("visible-" + type)));
  }

  /** The id of something that nobody who asks may see, or of nothing. */
  String farId(String type) {
    return dice.chance(75)
        ? dice.pick(HIDDEN.getOrDefault(type, List.of("hidden-" + type)))
        : "absent-" + type;
  }

  String near(String type) {
    return type + "/" + nearId(type);
  }

  private String made(String type) {
    return "{made-" + type + "-" + dice.below(12) + "}";
  }

  /** {@code Type/id}, both drawn. */
  String record() {
    return record(type());
  }

  String record(String type) {
    return type + "/" + id(type);
  }

  /** A reference to a type in one of the forms in which references are written. */
  String reference(String type) {
    String plain = record(type);
    return switch (dice.below(17)) {
      case 0 -> "/" + plain;
      case 1 -> "./" + plain;
      case 2 -> "x/" + plain;
      case 3 -> "fhir/" + plain;
      case 4 -> "{base}/" + plain;
      case 5 -> plain + "/_history/" + (1 + dice.below(2));
      case 6 -> "http://example.org/fhir/" + plain;
      case 7, 16 -> type + "?" + condition(type);
      case 8 -> "urn:uuid:00000000-0000-4000-8000-00000000000" + dice.below(3);
      case 9 -> "#inner";
      default -> plain;
    };
  }

  /** One search that could find one resource. */
  String condition(String type) {
    List<String> known = CONDITIONS.getOrDefault(type, List.of());
    return !known.isEmpty() && dice.chance(60) ? dice.pick(known) : anyCondition(type);
  }

  private String anyCondition(String type) {
    return switch (dice.below(7)) {
      case 0 -> "identifier=urn:example:mrn|" + guess();
      case 1 -> "_id=" + id(type);
      case 2 -> "patient=" + id("Patient");
      case 3 -> "_has:Observation:patient:code=8867-4";
      case 4 -> "name=" + guess();
      case 5 -> "organization=org-a&_has:Patient:organization:family=" + guess();
      default -> "subject:Patient.family=" + guess();
    };
  }

  /** A number as few write it: too large, too exact, in a form of its own, or none. */
  String oddNumber() {
    return dice.pick(
        "1e400",
        "1E-400",
        "-0",
        "0070",
        "70.0",
        "7.0e1",
        "70.00000000000000000000000000001",
        "9007199254740993",
        "99999999999999999999",
        "2147483648",
        "-2147483649",
        "7731773.0",
        "7.731773e6",
        "0x46",
        "NaN",
        "Infinity",
        "\u0667\u0660");
  }

  /** What can stand in JSON of the same; 70, which a visible record holds, in some of its forms. */
  BigDecimal oddDecimal() {
    return new BigDecimal(
        dice.pick(
            "1e400",
            "1E-400",
            "70.0",
            "7.0e1",
            "70.00000000000000000000000000001",
            "9007199254740993",
            "99999999999999999999",
            "2147483648",
            "-2147483649",
            "7731773.0",
            "0"));
  }

  /** A value of a hidden record, of a visible one or of none. */
  String guess() {
    return dice.chance(4) ? oddNumber() : value();
  }

  private String value() {
    return dice.pick(
        "Canaryfamily",
        "Canaryclinic",
        "Canary",
        "canary-clinic",
        "canary-mrn",
        "C",
        "canary",
        "Openshaw",
        "open-1",
        "General",
        "8867-4",
        "http://loinc.org|8867-4",
        "7731773",
        "70",
        "male",
        "female",
        "1977-03-17",
        "1960-02-03",
        "86406008",
        "final",
        "preliminary",
        "active",
        "2024-05-05",
        "ge2024-05-05",
        "nothing");
  }
}
