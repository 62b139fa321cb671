package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Valid resources and patches.
 *
 * @param percentNear how many of a resource's references lead to what is visible
 */
record NearBodies(Dice dice, FuzzWords words, int percentNear) {
  private static final Pattern HOLE = Pattern.compile("@([A-Z][A-Za-z]+)");

  private static final Map<String, String> SHAPES =
      Map.ofEntries(
          Map.entry(
              "Patient",
              "'name':[{'family':'Openshaw'}],'managingOrganization':{'reference':'@Organization'}"),
          Map.entry(
              "Observation",
              "'status':'final','code':{'text':'near'},'subject':{'reference':'@Patient'},"
                  + "'encounter':{'reference':'@Encounter'},'hasMember':[{'reference':'@Observation'}]"),
          Map.entry(
              "Condition",
              "'code':{'text':'near'},'subject':{'reference':'@Patient'},'encounter':{'reference':'@Encounter'}"),
          Map.entry(
              "Encounter",
              "'status':'finished','class':{'code':'AMB'},'subject':{'reference':'@Patient'},"
                  + "'serviceProvider':{'reference':'@Organization'}"),
          Map.entry(
              "List",
              "'status':'current','mode':'working','subject':{'reference':'@Patient'},"
                  + "'entry':[{'item':{'reference':'@Observation'}}]"),
          Map.entry(
              "Task",
              "'status':'requested','intent':'order','focus':{'reference':'@Observation'},'for':{'reference':'@Patient'}"),
          Map.entry(
              "DocumentReference",
              "'status':'current','subject':{'reference':'@Patient'},'content':[{'attachment':{'url':'@Binary'}}]"),
          Map.entry("Organization", "'name':'Near','partOf':{'reference':'@Organization'}"),
          Map.entry(
              "Location", "'name':'Near','managingOrganization':{'reference':'@Organization'}"),
          Map.entry(
              "HealthcareService",
              "'name':'Near','providedBy':{'reference':'@Organization'},'location':[{'reference':'@Location'}]"),
          Map.entry(
              "Library",
              "'status':'draft','type':{'text':'near'},"
                  + "'relatedArtifact':[{'type':'depends-on','resource':'@Observation'}]"),
          Map.entry(
              "QuestionnaireResponse",
              "'status':'completed','subject':{'reference':'@Patient'},'questionnaire':'@Observation'"),
          Map.entry("Basic", "'code':{'text':'near'},'subject':{'reference':'@Patient'}"),
          Map.entry(
              "Procedure",
              "'status':'completed','code':{'text':'near'},'subject':{'reference':'@Patient'},"
                  + "'encounter':{'reference':'@Encounter'}"),
          Map.entry(
              "AllergyIntolerance", "'code':{'text':'near'},'patient':{'reference':'@Patient'}"),
          Map.entry(
              "RelatedPerson", "'name':[{'family':'Openshaw'}],'patient':{'reference':'@Patient'}"),
          Map.entry("Device", "'status':'active','patient':{'reference':'@Patient'}"),
          Map.entry(
              "Binary",
              "'contentType':'text/plain','securityContext':{'reference':'@Patient'},'data':'YQ=='"),
          Map.entry(
              "ServiceRequest",
              "'status':'active','intent':'order','subject':{'reference':'@Patient'},"
                  + "'encounter':{'reference':'@Encounter'}"),
          Map.entry("Account", "'status':'active','subject':[{'reference':'@Patient'}]"),
          Map.entry(
              "Provenance",
              "'target':[{'reference':'@Observation'}],'recorded':'2024-05-05T12:00:00Z',"
                  + "'agent':[{'who':{'reference':'@Practitioner'}}]"));

  /** Types whose records name the patient to whom they belong, or what does. */
  static final List<String> OWNED =
      List.of(
          "Observation",
          "Observation",
          "Condition",
          "Encounter",
          "Encounter",
          "Binary",
          "DocumentReference",
          "Task",
          "Basic",
          "Procedure",
          "AllergyIntolerance",
          "RelatedPerson",
          "Device",
          "ServiceRequest",
          "Account",
          "Provenance");

  static final List<String> TYPES =
      List.of(
          "Observation",
          "Observation",
          "Observation",
          "Condition",
          "Encounter",
          "List",
          "Task",
          "DocumentReference",
          "Organization",
          "Location",
          "HealthcareService",
          "Library",
          "QuestionnaireResponse",
          "Basic",
          "Patient");

  /** Of a resource, as JSON; one of its references may lead elsewhere. */
  String resource(String type, String id) {
    ObjectNode resource =
        BodyGrammar.read(
            "{'resourceType':'%s',%s}"
                .formatted(type, filled(SHAPES.getOrDefault(type, "'language':'en'"))));
    if (!id.isEmpty()) {
      resource.put("id", id);
    }
    if (dice.chance(12)) {
      resource
          .withArray("extension")
          .addObject()
          .put("url", "http://example.org/near")
          .putObject("valueReference")
          .put("reference", reference("Patient"));
    }
    return resource.toString();
  }

  private String filled(String shape) {
    Matcher hole = HOLE.matcher(shape);
    StringBuilder result = new StringBuilder();
    while (hole.find()) {
      hole.appendReplacement(result, Matcher.quoteReplacement(reference(hole.group(1))));
    }
    return hole.appendTail(result).toString();
  }

  private String reference(String type) {
    return dice.chance(percentNear) ? words.near(type) : words.reference(type);
  }

  private String tempting(String type) {
    return dice.chance(45) ? words.near(type) : words.reference(type);
  }

  /** JSON Patch, RFC 6902. */
  String jsonPatch(String type) {
    ArrayNode patch = BodyGrammar.JSON.createArrayNode();
    for (int left = dice.pick(List.of(1, 1, 2)); left > 0; left--) {
      ObjectNode change = patch.addObject();
      switch (dice.below(7)) {
        case 6 ->
            change
                .put("op", dice.pick("test", "test", "replace", "add"))
                .put("path", "/valueQuantity/value")
                .put("value", words.oddDecimal());
        case 0 ->
            change
                .put("op", "replace")
                .put("path", "/subject/reference")
                .put("value", tempting("Patient"));
        case 1 ->
            change
                .put("op", "add")
                .put("path", type.equals("Observation") ? "/performer" : "/extension")
                .putArray("value")
                .addObject()
                .put("reference", tempting("Patient"));
        case 2 ->
            change
                .put("op", "add")
                .put("path", "/encounter")
                .putObject("value")
                .put("reference", tempting("Encounter"));
        case 3 ->
            change
                .put("op", "test")
                .put("path", "/status")
                .put("value", dice.pick("final", "finished"));
        case 4 ->
            change
                .put("op", "test")
                .put("path", dice.pick("/name/0/family", "/gender", "/valueQuantity/value"))
                .put("value", words.guess());
        default ->
            change
                .put("op", "replace")
                .put("path", dice.pick("/status", "/gender"))
                .put("value", dice.pick("final", "amended", "female"));
      }
    }
    return patch.toString();
  }

  /** FHIRPath Patch that adds or replaces a reference. */
  String fhirPathPatch(String type) {
    boolean encounter = dice.chance(40);
    ObjectNode patch = BodyGrammar.JSON.createObjectNode().put("resourceType", "Parameters");
    ArrayNode parts =
        patch.putArray("parameter").addObject().put("name", "operation").putArray("part");
    parts.addObject().put("name", "type").put("valueCode", encounter ? "add" : "replace");
    parts.addObject().put("name", "path").put("valueString", encounter ? type : type + ".subject");
    if (encounter) {
      parts.addObject().put("name", "name").put("valueString", "encounter");
    }
    parts
        .addObject()
        .put("name", "value")
        .putObject("valueReference")
        .put("reference", tempting(encounter ? "Encounter" : "Patient"));
    return patch.toString();
  }

  /** XML Patch, RFC 5261, that replaces a reference or a status. */
  String xmlPatch(String type) {
    boolean subject = dice.chance(70);
    String at = "f:" + type + (subject ? "/f:subject/f:reference/@value" : "/f:status/@value");
    return "<?xml version=\"1.0\"?><diff xmlns:f=\"http://hl7.org/fhir\"><replace sel=\""
        + at
        + "\">"
        + (subject ? tempting("Patient") : dice.pick("final", "amended"))
        + "</replace></diff>";
  }
}
