package org.fhiranchor.interceptors.leak;

import java.util.ArrayList;
import java.util.List;

/** Searches and the parameters that any reading request may have. */
record SearchGrammar(Dice dice, FuzzWords words) {
  private static final String[] MODIFIERS = {
    "",
    "",
    "",
    "",
    "",
    ":exact",
    ":contains",
    ":missing",
    ":not",
    ":text",
    ":in",
    ":below",
    ":above",
    ":identifier",
    ":of-type",
    ":Patient",
    ":nonsense"
  };

  List<String> parameters(String type) {
    List<String> parameters = new ArrayList<>();
    for (int left = dice.below(4); left > 0; left--) {
      parameters.add(filter(type));
    }
    for (int left = dice.below(3); left > 0; left--) {
      parameters.add(result(type));
    }
    return parameters;
  }

  private String filter(String type) {
    return dice.chance(60) ? known(type) : any(type);
  }

  /** A parameter that the type has, with a value of its kind. */
  private String known(String type) {
    return switch (type) {
      case "Patient" ->
          dice.pick(
              "name=" + words.guess(),
              "family" + dice.pick("", ":exact", ":contains", ":missing") + "=" + words.guess(),
              "gender=" + dice.pick("male", "female"),
              "birthdate=" + dice.pick("", "ge", "lt") + dice.pick("1977-03-17", "1960-02-03"),
              "identifier=urn:example:mrn|" + dice.pick("canary-mrn", "open-1"),
              "organization=Organization/org-a",
              "organization.name=General",
              "phone=7731773",
              "_has:Observation:patient:code=8867-4",
              "_has:Observation:patient:status=" + dice.pick("final", "preliminary"),
              "_has:Condition:subject:encounter.status=finished",
              "_id=" + ids(type),
              "general-practitioner=Practitioner/dr-none");
      case "Observation" ->
          dice.pick(
              "patient=" + words.id("Patient"),
              "subject=Patient/" + words.id("Patient"),
              "patient=" + words.id("Patient") + ",visible-Patient",
              "code" + dice.pick("", ":text", ":not", ":missing") + "=" + words.guess(),
              "date=" + dice.pick("", "ge", "lt") + "2024-05-0" + (4 + dice.below(4)),
              "value-quantity=" + dice.pick("7731773", "gt70", "lt75"),
              "patient.family=" + words.guess(),
              "subject:Patient.birthdate=lt1970",
              "performer:Patient.family=Canaryfamily",
              "_has:DiagnosticReport:result:status=final",
              "_has:List:item:title=" + words.guess(),
              "status=" + dice.pick("final", "preliminary"),
              "_id=" + ids(type));
      case "Organization" ->
          dice.pick(
              "name=" + words.guess(),
              "_has:Patient:organization:family=" + words.guess(),
              "_has:Encounter:service-provider:patient.family=" + words.guess(),
              "_id=org-a");
      default ->
          dice.pick(
              "_id=" + ids(type),
              "patient=" + words.id("Patient"),
              "status=" + dice.pick("final", "active", "current"),
              "patient.family=" + words.guess(),
              "_lastUpdated=ge2000");
    };
  }

  private String any(String type) {
    return switch (dice.below(15)) {
      case 0 -> "_id" + missing() + "=" + ids(type);
      case 1 -> "patient=" + dice.pick("", "Patient/") + words.id("Patient");
      case 2 -> "subject" + dice.pick("", ":Patient") + "=" + words.reference("Patient");
      case 3 -> chain();
      case 4 -> has();
      case 5 -> "code" + dice.pick(MODIFIERS) + "=" + words.guess();
      case 6 -> dice.pick("status", "gender", "clinical-status") + "=" + words.guess();
      case 7 ->
          dice.pick("date", "birthdate", "period")
              + "="
              + dice.pick("", "ge", "lt", "ne")
              + dice.pick("1977-03-17", "2024-05-05", "1960-02-03", "2000", "1900-13-45");
      case 8 ->
          dice.pick("name", "family", "given", "title")
              + dice.pick(MODIFIERS)
              + "="
              + words.guess();
      case 9 -> "_lastUpdated=" + dice.pick("ge2000-01-01", "lt2000-01-01", "ge2200");
      case 10 ->
          dice.pick("_content", "_text", "_filter", "_list", "_query", "_contained")
              + "="
              + dice.pick(words.guess(), "family eq " + words.guess(), words.id("List"), "both");
      case 11 ->
          dice.pick("_tag", "_security", "_profile", "_source")
              + dice.pick(MODIFIERS)
              + "="
              + dice.pick("http://example.org|x", "x", "SUBSETTED", "");
      case 13 -> odd();
      case 12 ->
          dice.pick(
                  "encounter",
                  "result",
                  "performer",
                  "entry",
                  "target",
                  "focus",
                  "actor",
                  "organization",
                  "general-practitioner",
                  "item",
                  "value-quantity",
                  "telecom",
                  "phone")
              + dice.pick(MODIFIERS)
              + "="
              + dice.pick(words.reference(words.type()), words.guess());
      default ->
          "identifier"
              + dice.pick(MODIFIERS)
              + "="
              + dice.pick("urn:example:mrn|", "")
              + words.guess();
    };
  }

  /** Where a number or a date is wanted. */
  String odd() {
    return dice.pick(
            "value-quantity",
            "date",
            "birthdate",
            "probability",
            "_lastUpdated",
            "_count",
            "_id",
            "identifier",
            "phone")
        + "="
        + dice.pick("", "", "gt", "le", "ne", "ap")
        + words.oddNumber()
        + dice.pick("", "", "|http://unitsofmeasure.org|/min", "," + words.oddNumber());
  }

  private String missing() {
    return dice.chance(10) ? dice.pick(":missing", ":not", ":exact") : "";
  }

  private String ids(String type) {
    String one = words.id(type);
    return dice.chance(30) ? one + "," + words.id(type) : one;
  }

  private String chain() {
    return dice.pick(
            "patient",
            "subject",
            "encounter",
            "result",
            "performer",
            "organization",
            "general-practitioner",
            "item",
            "patient.organization",
            "subject:Patient")
        + "."
        + dice.pick(
            "family",
            "name",
            "identifier",
            "_id",
            "gender",
            "birthdate",
            "code",
            "status",
            "patient.family",
            "_has:Observation:patient:code")
        + "="
        + words.guess();
  }

  private String has() {
    String first =
        dice.pick(
            "Observation:patient",
            "Observation:subject",
            "Patient:organization",
            "Condition:encounter",
            "Encounter:service-provider",
            "DiagnosticReport:result",
            "Patient:general-practitioner",
            "AuditEvent:entity",
            "Group:member",
            "Provenance:target");
    String last =
        dice.pick(
            "code",
            "_id",
            "family",
            "status",
            "identifier",
            "patient.family",
            "_has:Observation:encounter:code");
    return "_has:" + first + ":" + last + "=" + words.guess();
  }

  /** What shapes an answer. */
  String result(String type) {
    return switch (dice.below(11)) {
      case 0 -> "_summary=" + dice.pick("count", "true", "text", "data", "false", "nonsense");
      case 1 -> "_elements=" + dice.pick("id", "status", "name,birthDate", "subject", "nonsense");
      case 2 -> "_total=" + dice.pick("accurate", "none", "estimate");
      case 3 -> "_count=" + dice.pick("0", "1", "2", "50", "-1", "x");
      case 4 ->
          "_sort="
              + dice.pick("", "-")
              + dice.pick(
                  "_id",
                  "date",
                  "family",
                  "birthdate",
                  "code",
                  "patient",
                  "status",
                  "name",
                  "_lastUpdated",
                  "value-quantity",
                  "nonsense");
      case 5 ->
          "_include"
              + dice.pick("", "", ":iterate")
              + "="
              + dice.pick(
                  "*",
                  type + ":patient",
                  type + ":subject",
                  type + ":*",
                  type + ":encounter",
                  "DiagnosticReport:result",
                  "List:item",
                  "Patient:organization",
                  "Observation:performer",
                  "Composition:entry");
      case 6 ->
          "_revinclude"
              + dice.pick("", "", ":iterate")
              + "="
              + dice.pick(
                  "*",
                  "Observation:patient",
                  "Observation:subject",
                  "Condition:encounter",
                  "Provenance:target",
                  "List:item",
                  "AuditEvent:entity",
                  "Patient:organization",
                  "Patient:general-practitioner",
                  "DiagnosticReport:result",
                  "Group:member");
      case 7 -> "_format=" + dice.pick("json", "xml", "application/fhir+xml", "nonsense");
      case 8 -> "_pretty=" + dice.pick("true", "false");
      case 9 -> dice.pick("_offset=0", "_offset=1", "_maxresults=1", "_cursor=x", "_page=2");
      default -> "_type=" + dice.pick("Patient", "Observation,Condition", "Organization", "x");
    };
  }
}
