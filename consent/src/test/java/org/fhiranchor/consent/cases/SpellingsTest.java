package org.fhiranchor.consent.cases;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.CodeSystems;
import org.fhiranchor.consent.decide.Sensitivity;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every published spelling of a code system, in a deny and in a permit, in the Consent and in the
 * data; and every sensitivity code below every other one.
 */
class SpellingsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIDENTIALITY =
      "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

  private record Pair(String published, String spelled, String code) {
    @Override
    public String toString() {
      return spelled + "|" + code;
    }
  }

  private static final Map<String, List<String>> LABELS =
      Map.of(
          CONFIDENTIALITY + " R",
          List.of(
              CONFIDENTIALITY,
              CONFIDENTIALITY + "/",
              CONFIDENTIALITY + "|2018-08-12",
              "https://terminology.hl7.org/CodeSystem/v3-Confidentiality",
              "http://hl7.org/fhir/v3/Confidentiality",
              "http://hl7.org/fhir/v3/Confidentiality/",
              "http://www.hl7.org/fhir/v3/Confidentiality",
              "http://hl7.org/fhir/ValueSet/v3-Confidentiality",
              "http://terminology.hl7.org/ValueSet/v3-Confidentiality",
              "http://terminology.hl7.org/ValueSet/v3-ConfidentialityClassification",
              "http://hl7.org/fhir/ValueSet/security-labels",
              "urn:oid:2.16.840.1.113883.5.25",
              "URN:OID:2.16.840.1.113883.5.25",
              "2.16.840.1.113883.5.25",
              "urn:oid:2.16.840.1.113883.1.11.16926",
              " " + CONFIDENTIALITY),
          CodeSystems.ACT_CODE + " HIV",
          List.of(
              CodeSystems.ACT_CODE,
              CodeSystems.ACT_CODE + "/",
              "http://hl7.org/fhir/v3/ActCode",
              "http://hl7.org/fhir/ValueSet/v3-ActCode",
              "http://terminology.hl7.org/ValueSet/v3-ActCode",
              "http://terminology.hl7.org/ValueSet/v3-InformationSensitivityPolicy",
              "http://terminology.hl7.org/ValueSet/v3-ActInformationSensitivityPolicy",
              "http://hl7.org/fhir/ValueSet/security-labels",
              CONFIDENTIALITY,
              "urn:oid:2.16.840.1.113883.5.4",
              "urn:oid:2.16.840.1.113883.1.11.20429"));

  private static final Map<String, List<String>> CODES =
      Map.of(
          "http://loinc.org 8867-4",
          List.of(
              "http://loinc.org",
              "http://loinc.org/",
              "https://loinc.org",
              "http://www.loinc.org",
              "http://loinc.org|2.77",
              "urn:oid:2.16.840.1.113883.6.1",
              "2.16.840.1.113883.6.1"),
          "http://snomed.info/sct 364075005",
          List.of(
              "http://snomed.info/sct",
              "http://snomed.info/sct/",
              "http://snomed.info/sct/900000000000207008",
              "http://snomed.info/sct/900000000000207008/version/20240101",
              "urn:oid:2.16.840.1.113883.6.96"),
          "http://terminology.hl7.org/CodeSystem/observation-category vital-signs",
          List.of(
              "http://terminology.hl7.org/CodeSystem/observation-category",
              "http://hl7.org/fhir/observation-category",
              "http://hl7.org/fhir/ValueSet/observation-category"),
          "http://terminology.hl7.org/CodeSystem/v2-0203 MR",
          List.of(
              "http://terminology.hl7.org/CodeSystem/v2-0203",
              "http://hl7.org/fhir/v2/0203",
              "urn:oid:2.16.840.1.113883.12.203"),
          "http://hl7.org/fhir/sid/icd-10 F10",
          List.of("http://hl7.org/fhir/sid/icd-10", "urn:oid:2.16.840.1.113883.6.3"),
          "http://www.nlm.nih.gov/research/umls/rxnorm 1049640",
          List.of("http://www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88"),
          "http://fhir.de/CodeSystem/bfarm/icd-10-gm F10.2",
          List.of(
              "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
              "http://fhir.de/CodeSystem/dimdi/icd-10-gm"));

  @TestFactory
  Stream<DynamicTest> deniesALabelHoweverItsSystemIsSpelled() {
    return pairs(LABELS).flatMap(pair -> bothSides("DENY-2", pair, "securityLabel"));
  }

  @TestFactory
  Stream<DynamicTest> deniesACodeHoweverItsSystemIsSpelled() {
    return pairs(CODES).flatMap(pair -> bothSides("DENY-2", pair, "code"));
  }

  @TestFactory
  Stream<DynamicTest> deniesALabelBelowTheOneDenied() {
    return Sensitivity.hierarchy().keySet().stream()
        .sorted()
        .flatMap(
            parent ->
                Sensitivity.withBelow(new Code(CodeSystems.ACT_CODE, parent)).stream()
                    .map(Code::code)
                    .sorted()
                    .flatMap(child -> belowDenied(parent, child)));
  }

  private static Stream<DynamicTest> belowDenied(String parent, String child) {
    String system = CodeSystems.ACT_CODE;
    ObjectNode denied = deny("securityLabel", system, parent, labelled(system, child));
    ObjectNode permitted = permit("securityLabel", system, parent, labelled(system, child));
    permitted.put("expect", parent.equals(child) ? "permit c1" : "refuse SCOPE");
    return Stream.of(
        test("DENY-2 a deny of " + parent + " covers " + child, denied),
        test("DENY-2 a permit for " + parent + " and a label " + child, permitted));
  }

  private static Stream<Pair> pairs(Map<String, List<String>> spellings) {
    return spellings.entrySet().stream()
        .flatMap(
            row -> {
              String[] published = row.getKey().split(" ", 2);
              return row.getValue().stream()
                  .map(spelled -> new Pair(published[0], spelled, published[1]));
            });
  }

  private static Stream<DynamicTest> bothSides(String rule, Pair pair, String element) {
    ObjectNode dataPublished = data(element, pair.published(), pair.code());
    ObjectNode dataSpelled = data(element, pair.spelled(), pair.code());
    return Stream.of(
        test(
            rule + " a deny spelled " + pair,
            deny(element, pair.spelled(), pair.code(), dataPublished)),
        test(
            rule + " data spelled " + pair + ", denied",
            deny(element, pair.published(), pair.code(), dataSpelled)),
        test(
            rule + " a permit spelled " + pair,
            permit(element, pair.spelled(), pair.code(), dataPublished)),
        test(
            rule + " data spelled " + pair + ", permitted",
            permit(element, pair.published(), pair.code(), dataSpelled)));
  }

  private static DynamicTest test(String name, ObjectNode one) {
    return DynamicTest.dynamicTest(name, () -> ConsentCasesTest.decision(one));
  }

  private static ObjectNode deny(String element, String system, String code, ObjectNode resource) {
    ObjectNode one = JSON.createObjectNode();
    ObjectNode provision = one.putObject("provision").put("type", "permit");
    ObjectNode nested = provision.putArray("provision").addObject().put("type", "deny");
    put(nested, element, system, code);
    one.set("resource", resource);
    return one.put("expect", "refuse DENIED");
  }

  private static ObjectNode permit(
      String element, String system, String code, ObjectNode resource) {
    ObjectNode one = JSON.createObjectNode();
    put(one.putObject("provision").put("type", "permit"), element, system, code);
    one.set("resource", resource);
    return one.put("expect", "permit c1");
  }

  private static void put(ObjectNode provision, String element, String system, String code) {
    ArrayNode values = provision.putArray(element);
    ObjectNode coding =
        element.equals("code")
            ? values.addObject().putArray("coding").addObject()
            : values.addObject();
    coding.put("system", system).put("code", code);
  }

  private static ObjectNode data(String element, String system, String code) {
    return element.equals("code") ? coded(system, code) : labelled(system, code);
  }

  private static ObjectNode labelled(String system, String code) {
    ObjectNode resource = observation();
    resource
        .putObject("meta")
        .putArray("security")
        .addObject()
        .put("system", system)
        .put("code", code);
    return resource;
  }

  private static ObjectNode coded(String system, String code) {
    ObjectNode resource = observation();
    resource
        .putObject("code")
        .putArray("coding")
        .addObject()
        .put("system", system)
        .put("code", code);
    return resource;
  }

  private static ObjectNode observation() {
    ObjectNode resource = JSON.createObjectNode();
    resource.put("resourceType", "Observation").put("id", "o1");
    resource.putObject("subject").put("reference", "Patient/p1");
    return resource;
  }
}
