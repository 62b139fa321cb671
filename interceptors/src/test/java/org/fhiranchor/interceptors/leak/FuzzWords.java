package org.fhiranchor.interceptors.leak;

import java.util.List;

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
  private static final List<String> OTHER_IDS =
      List.of(
          "hidden-Shared",
          "hidden-Deleted",
          "pointed-Observation",
          "pointed-Condition",
          "hidden-Consent-revoked",
          "hidden-Consent-purpose",
          "visible-Observation-2",
          "never-known",
          "0",
          "99999999",
          "dr-none",
          "org-a");

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
    if (throwOf < 35) {
      return "hidden-" + type;
    }
    if (throwOf < 68) {
      return "visible-" + type;
    }
    if (throwOf < 78) {
      return "absent-" + type;
    }
    return throwOf < 90 ? dice.pick(OTHER_IDS) : "{made-" + type + "-" + dice.below(12) + "}";
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
    return switch (dice.below(16)) {
      case 0 -> "/" + plain;
      case 1 -> "./" + plain;
      case 2 -> "x/" + plain;
      case 3 -> "fhir/" + plain;
      case 4 -> "{base}/" + plain;
      case 5 -> plain + "/_history/" + (1 + dice.below(2));
      case 6 -> "http://example.org/fhir/" + plain;
      case 7 -> type + "?" + condition(type);
      case 8 -> "urn:uuid:00000000-0000-4000-8000-00000000000" + dice.below(3);
      case 9 -> "#inner";
      default -> plain;
    };
  }

  /** One search that could find one resource. */
  String condition(String type) {
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

  /** A value of a hidden record, of a visible one or of none. */
  String guess() {
    return dice.pick(
        "Canaryfamily",
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
