package org.fhiranchor.interceptors.leak;

import java.util.List;
import java.util.Map;

/** Parameters that a type has, with values that hidden and visible resources have. */
record NearSearches(Dice dice, FuzzWords words, String type) {
  /** {@code @Type} is an id of that type, near a hidden one or its own. */
  private static final Map<String, List<String>> FILTERS =
      Map.ofEntries(
          Map.entry(
              "Observation",
              List.of(
                  "code=8867-4",
                  "code=http://loinc.org|8867-4",
                  "code=68961-2",
                  "code:not=1-1",
                  "code:text=rate",
                  "patient=@Patient",
                  "subject=Patient/@Patient",
                  "patient=@Patient,@Patient",
                  "encounter=@Encounter",
                  "encounter:missing=false",
                  "performer=Patient/@Patient",
                  "performer:missing=false",
                  "has-member=@Observation",
                  "date=ge2024-05-05",
                  "date=2024-05-05",
                  "date=lt2024-05-07",
                  "status=final",
                  "status=preliminary",
                  "status=final,preliminary",
                  "category=vital-signs",
                  "value-quantity=gt60",
                  "value-quantity=7731773",
                  "value-quantity=lt72",
                  "_security=R",
                  "patient.family=Ca",
                  "patient.family=O",
                  "patient.name=Canaryfamily",
                  "subject:Patient.birthdate=lt1970",
                  "patient.gender=male",
                  "patient.identifier=urn:example:mrn|canary-mrn",
                  "patient.organization=Organization/org-a",
                  "patient.organization.name=General",
                  "patient.general-practitioner=Practitioner/dr-none",
                  "encounter.status=finished",
                  "encounter.service-provider=Organization/org-a",
                  "performer:Patient.family=Canaryfamily",
                  "has-member.code=8867-4",
                  "has-member.status=final",
                  "_has:DiagnosticReport:result:status=final",
                  "_has:List:item:status=current",
                  "_has:Provenance:target:agent=Practitioner/dr-permitted",
                  "_has:Task:focus:status=requested",
                  "_has:Composition:entry:title=canary")),
          Map.entry(
              "Patient",
              List.of(
                  "name=Ca",
                  "name=O",
                  "family=Canaryfamily",
                  "family:contains=anary",
                  "family:exact=Openshaw",
                  "gender=male",
                  "gender=female",
                  "birthdate=lt1980",
                  "birthdate=1977-03-17",
                  "identifier=urn:example:mrn|canary-mrn",
                  "identifier=urn:example:mrn|open-1",
                  "identifier=urn:example:mrn|",
                  "phone=7731773",
                  "organization=Organization/org-a",
                  "organization.name=General",
                  "general-practitioner=Practitioner/dr-none",
                  "general-practitioner:missing=false",
                  "link=Patient/@Patient",
                  "_has:Observation:patient:code=8867-4",
                  "_has:Observation:patient:status=preliminary",
                  "_has:Observation:subject:date=ge2024-05-05",
                  "_has:Condition:patient:code=86406008",
                  "_has:Encounter:patient:status=finished",
                  "_has:Group:member:type=person",
                  "_has:AllergyIntolerance:patient:clinical-status=active",
                  "_has:Procedure:patient:status=completed")),
          Map.entry(
              "Encounter",
              List.of(
                  "patient=@Patient",
                  "status=finished",
                  "class=AMB",
                  "service-provider=Organization/org-a",
                  "identifier=canary-visit",
                  "patient.family=Ca",
                  "service-provider.name=General",
                  "_has:Condition:encounter:code=86406008",
                  "_has:Observation:encounter:status=final",
                  "_has:MedicationRequest:encounter:status=active")),
          Map.entry(
              "Condition",
              List.of(
                  "patient=@Patient",
                  "subject=Patient/@Patient",
                  "code=86406008",
                  "code=38341003",
                  "clinical-status=active",
                  "encounter=@Encounter",
                  "encounter.status=finished",
                  "patient.family=Ca",
                  "_has:List:item:title=open")),
          Map.entry(
              "Organization",
              List.of(
                  "name=General",
                  "name=Canary",
                  "name=C",
                  "identifier=canary-clinic",
                  "partof=Organization/@Organization",
                  "_has:Patient:organization:family=Canaryfamily",
                  "_has:Patient:organization:gender=male",
                  "_has:Patient:organization:identifier=canary-mrn",
                  "_has:Patient:organization:birthdate=1977-03-17",
                  "_has:Encounter:service-provider:identifier=canary-visit",
                  "_has:Encounter:service-provider:patient.family=Ca",
                  "_has:DocumentReference:custodian:status=current")),
          Map.entry(
              "Practitioner",
              List.of(
                  "name=None",
                  "family=Other",
                  "_has:Patient:general-practitioner:family=Canaryfamily",
                  "_has:Patient:general-practitioner:gender=male",
                  "_has:Composition:author:title=canary",
                  "_has:AuditEvent:agent:type=rest")),
          Map.entry("Location", List.of("name=Canaryward", "name=Ward", "organization=org-a")),
          Map.entry(
              "DiagnosticReport",
              List.of(
                  "patient=@Patient",
                  "status=final",
                  "result=Observation/@Observation",
                  "result.code=8867-4",
                  "result.status=final",
                  "result.patient.family=Ca")),
          Map.entry(
              "List",
              List.of(
                  "patient=@Patient",
                  "status=current",
                  "title=canary",
                  "title=open",
                  "item:Condition.code=86406008",
                  "item=Observation/@Observation")),
          Map.entry(
              "MedicationRequest",
              List.of(
                  "patient=@Patient",
                  "status=active",
                  "intent=order",
                  "encounter=@Encounter",
                  "encounter.status=finished",
                  "patient.family=Ca")),
          Map.entry(
              "Composition",
              List.of(
                  "patient=@Patient",
                  "title=open",
                  "author=Practitioner/dr-permitted",
                  "entry=Observation/@Observation",
                  "type=11503-0")),
          Map.entry(
              "Task",
              List.of(
                  "status=requested",
                  "focus=Observation/@Observation",
                  "focus:Observation.code=8867-4",
                  "patient=@Patient")),
          Map.entry(
              "Procedure", List.of("patient=@Patient", "status=completed", "encounter=@Encounter")),
          Map.entry(
              "Provenance",
              List.of(
                  "target=Observation/@Observation",
                  "target=Observation/@Observation,Observation/@Observation",
                  "target=@Encounter",
                  "target:Condition=@Condition",
                  "patient=@Patient",
                  "agent=Practitioner/dr-permitted",
                  "agent=Practitioner/@Practitioner",
                  "recorded=ge2000",
                  "recorded=lt2000",
                  "entity=Observation/@Observation",
                  "_id=log.Observation.@Observation.1",
                  "_id=log.Patient.@Patient.1,log.Observation.@Observation.2",
                  "target:Observation.status=final")),
          Map.entry(
              "AuditEvent",
              List.of(
                  "entity=Patient/@Patient",
                  "entity=Observation/@Observation",
                  "agent=Practitioner/dr-permitted",
                  "agent-name=dr",
                  "patient=@Patient",
                  "date=ge2024-05-05",
                  "action=R",
                  "outcome=0,4",
                  "subtype=read",
                  "type=rest")),
          Map.entry(
              "DocumentReference",
              List.of(
                  "patient=@Patient",
                  "status=current",
                  "description=canary",
                  "custodian=Organization/@Organization",
                  "custodian.name=C")),
          Map.entry("Group", List.of("member=Patient/@Patient", "type=person")),
          Map.entry("Basic", List.of("patient=@Patient", "subject:Patient.family=Ca")),
          Map.entry("Binary", List.of("contenttype=text/plain")),
          Map.entry("MessageHeader", List.of("focus=Observation/@Observation")),
          Map.entry(
              "PaymentNotice",
              List.of("request=Encounter/@Encounter", "created=2024-05-05", "status=active")),
          Map.entry(
              "Consent",
              List.of(
                  "patient=@Patient",
                  "status=active",
                  "actor=Practitioner/dr-other",
                  "actor=Practitioner/dr-permitted")));

  private static final List<String> OTHERS =
      FILTERS.keySet().stream().filter(type -> !type.equals("Binary")).sorted().toList();

  /** Whole searches whose answers lead through what is hidden to what is not. */
  static final List<String> THROUGH =
      List.of(
          "Organization?_revinclude=Encounter:service-provider&_include:iterate=Encounter:participant",
          "Organization?_revinclude=Encounter:service-provider&_revinclude:iterate=Condition:encounter",
          "Organization?_revinclude=Patient:organization&_include:iterate=Patient:general-practitioner",
          "Location?_revinclude=Encounter:location&_include:iterate=Encounter:service-provider",
          "Patient?_revinclude=Encounter:patient&_include:iterate=Encounter:participant",
          "Encounter?_revinclude=Observation:encounter&_include:iterate=Observation:patient",
          "DiagnosticReport?_include=DiagnosticReport:result&_include:iterate=Observation:patient",
          "Observation?_id=bridged-Observation&_include=*&_include:iterate=*",
          "Observation?_include=Observation:has-member&_include=Observation:patient&_include:iterate=Observation:encounter",
          "Encounter?_id=bridged-Encounter&_include=Encounter:subject&_revinclude:iterate=Observation:encounter&_revinclude:iterate=Observation:has-member",
          "QuestionnaireResponse?_include=QuestionnaireResponse:part-of&_include:iterate=Observation:derived-from&_include:iterate=QuestionnaireResponse:questionnaire");

  /** The types searched, those most often that have most to ask. */
  static final List<String> TYPES = weighted();

  private static List<String> weighted() {
    List<String> types = new java.util.ArrayList<>(OTHERS);
    OTHERS.forEach(type -> types.addAll(java.util.Collections.nCopies(weight(type), type)));
    return List.copyOf(types);
  }

  private static int weight(String type) {
    return FILTERS.getOrDefault(type, List.of()).size() / 5;
  }

  String filter() {
    return switch (dice.below(13)) {
      case 2 -> new SearchGrammar(dice, words).odd();
      case 0 -> "_id=" + words.id(type) + (dice.chance(40) ? "," + words.id(type) : "");
      case 1 ->
          dice.pick(
              "_lastUpdated=ge2000", "_tag:not=x", "_security:not=V", "_source:missing=false");
      default -> filled(dice.pick(FILTERS.getOrDefault(type, List.of("_lastUpdated=ge2000"))));
    };
  }

  private String filled(String filter) {
    int at = filter.indexOf('@');
    if (at < 0) {
      return filter;
    }
    String of = filter.substring(at + 1).split("[^A-Za-z]", 2)[0];
    return filled(filter.substring(0, at) + words.id(of) + filter.substring(at + 1 + of.length()));
  }

  String result() {
    return switch (dice.below(8)) {
      case 0 -> "_summary=" + dice.pick("count", "true");
      case 1 -> "_total=accurate";
      case 2, 3 -> "_count=" + dice.pick("1", "2", "3", "50");
      case 4 -> "_sort=" + dice.pick("", "-") + dice.pick(sorts());
      case 5, 6 -> dice.pick(includes());
      default ->
          dice.pick(
              "_elements=id",
              "_summary=data",
              "_total=none",
              "_format=xml",
              "_offset=" + (1 + dice.below(12)),
              "_sort=patient.family");
    };
  }

  private List<String> sorts() {
    return switch (type) {
      case "Patient" -> List.of("family", "birthdate", "gender", "_id", "_lastUpdated");
      case "Observation" ->
          List.of("date", "code", "value-quantity", "status", "patient", "_id", "performer");
      case "Provenance" -> List.of("recorded", "_lastUpdated", "_id");
      case "AuditEvent" -> List.of("date");
      default -> List.of("_id", "_lastUpdated");
    };
  }

  private List<String> includes() {
    return switch (type) {
      case "Patient" ->
          List.of(
              "_include=Patient:organization",
              "_include=Patient:general-practitioner",
              "_revinclude=Observation:patient",
              "_revinclude=Condition:patient",
              "_revinclude=Group:member",
              "_revinclude=AuditEvent:entity",
              "_revinclude=Provenance:target");
      case "Observation" ->
          List.of(
              "_include=Observation:patient",
              "_include=Observation:*",
              "_include=Observation:encounter",
              "_include=Observation:has-member",
              "_include=Observation:performer",
              "_revinclude=DiagnosticReport:result",
              "_revinclude=List:item",
              "_revinclude=Provenance:target",
              "_revinclude=Task:focus",
              "_revinclude=MessageHeader:focus",
              "_revinclude=Composition:entry");
      case "Organization" ->
          List.of(
              "_revinclude=Patient:organization",
              "_revinclude=Encounter:service-provider",
              "_revinclude=Encounter:service-provider&_include:iterate=Encounter:participant",
              "_revinclude=Encounter:service-provider&_revinclude:iterate=Condition:encounter",
              "_revinclude=Patient:organization&_include:iterate=Patient:general-practitioner",
              "_revinclude=Organization:partof",
              "_include=Organization:partof");
      case "Practitioner" ->
          List.of(
              "_revinclude=Patient:general-practitioner",
              "_revinclude=Composition:author",
              "_revinclude=AuditEvent:agent");
      case "Encounter" ->
          List.of(
              "_include=Encounter:patient",
              "_include=Encounter:service-provider",
              "_revinclude=Condition:encounter",
              "_revinclude=Observation:encounter");
      case "DiagnosticReport" -> List.of("_include=DiagnosticReport:result", "_include=*");
      case "List" -> List.of("_include=List:item", "_include=*");
      case "Composition" -> List.of("_include=Composition:entry", "_include=Composition:patient");
      case "DocumentReference" ->
          List.of("_include=DocumentReference:custodian", "_include=DocumentReference:patient");
      case "Provenance" -> List.of("_include=Provenance:target", "_include=Provenance:agent");
      default -> List.of("_include=*", "_include=" + type + ":patient");
    };
  }
}
