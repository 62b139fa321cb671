package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resources and patches that are sent, with their mutations. */
record BodyGrammar(Dice dice, FuzzWords words) {
  /** Numbers stay as they were drawn. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** {@code @Type} is a reference to that type, in any form; {@code ~} a guessed value. */
  private static final Pattern HOLE = Pattern.compile("@([A-Z][A-Za-z]+)");

  private static final Map<String, String> SHAPES =
      Map.ofEntries(
          shape(
              "Patient",
              "'name':[{'family':'~'}],'managingOrganization':{'reference':'@Organization'},"
                  + "'identifier':[{'system':'urn:example:mrn','value':'~'}],'link':[{'other':{'reference':'@Patient'},'type':'seealso'}]"),
          shape(
              "Observation",
              "'status':'final','code':{'text':'~'},'subject':{'reference':'@Patient'},"
                  + "'encounter':{'reference':'@Encounter'},'hasMember':[{'reference':'@Observation'}]"),
          shape(
              "Encounter",
              "'status':'finished','class':{'code':'AMB'},'subject':{'reference':'@Patient'},"
                  + "'partOf':{'reference':'@Encounter'}"),
          shape(
              "Condition",
              "'code':{'text':'~'},'subject':{'reference':'@Patient'},'encounter':{'reference':'@Encounter'}"),
          shape(
              "List",
              "'status':'current','mode':'working','subject':{'reference':'@Patient'},"
                  + "'entry':[{'item':{'reference':'@Observation'}}]"),
          shape(
              "Task",
              "'status':'requested','intent':'order','focus':{'reference':'@Observation'},'for':{'reference':'@Patient'}"),
          shape(
              "Provenance",
              "'target':[{'reference':'@Observation'}],'recorded':'2024-05-05T12:00:00Z',"
                  + "'agent':[{'who':{'reference':'@Practitioner'}}]"),
          shape(
              "Binary",
              "'contentType':'text/plain','securityContext':{'reference':'@Patient'},'data':'YQ=='"),
          shape(
              "DocumentReference",
              "'status':'current','subject':{'reference':'@Patient'},"
                  + "'content':[{'attachment':{'url':'@Binary'}}]"),
          shape(
              "Basic",
              "'code':{'text':'~'},'subject':{'reference':'@Patient'},"
                  + "'contained':[{'resourceType':'Observation','id':'inner','status':'final','code':{'text':'~'},'subject':{'reference':'@Patient'}}]"),
          shape(
              "Organization",
              "'name':'~','partOf':{'reference':'@Organization'},"
                  + "'extension':[{'url':'http://example.org/x','valueReference':{'reference':'@Patient'}}]"),
          shape(
              "Practitioner",
              "'name':[{'family':'~'}],'qualification':[{'code':{'text':'~'},'issuer':{'reference':'@Organization'}}]"),
          shape(
              "PractitionerRole",
              "'practitioner':{'reference':'@Practitioner'},'organization':{'reference':'@Organization'}"),
          shape("Location", "'name':'~','managingOrganization':{'reference':'@Organization'}"),
          shape("Medication", "'code':{'text':'~'},'manufacturer':{'reference':'@Organization'}"),
          shape(
              "Group",
              "'type':'person','actual':true,'member':[{'entity':{'reference':'@Patient'}}]"),
          shape(
              "CareTeam",
              "'subject':{'reference':'@Patient'},'participant':[{'member':{'reference':'@Practitioner'}}]"),
          shape(
              "MessageHeader",
              "'eventUri':'http://example.org/e','source':{'endpoint':'http://example.org'},'focus':[{'reference':'@Patient'}]"),
          shape(
              "ImplementationGuide",
              "'url':'http://example.org/ig','name':'X','status':'draft','packageId':'x','fhirVersion':['4.0.1'],"
                  + "'definition':{'resource':[{'reference':{'reference':'@Patient'}}]}"),
          shape(
              "SearchParameter",
              "'url':'http://example.org/sp','name':'x','status':'active','description':'x','code':'x','base':['Patient'],"
                  + "'type':'string','expression':'Patient.name.family'"),
          shape(
              "Subscription",
              "'status':'requested','reason':'x','criteria':'Observation?patient=hidden-Patient',"
                  + "'channel':{'type':'rest-hook','endpoint':'http://localhost:9/x'}"),
          shape(
              "Linkage",
              "'item':[{'type':'source','resource':{'reference':'@Patient'}},{'type':'alternate','resource':{'reference':'@Patient'}}]"),
          shape(
              "AuditEvent",
              "'type':{'code':'rest'},'recorded':'2024-05-05T12:00:00Z','agent':[{'requestor':true}],"
                  + "'source':{'observer':{'reference':'@Organization'}},'entity':[{'what':{'reference':'@Patient'}}]"));

  private static final List<String> TYPES = SHAPES.keySet().stream().sorted().toList();

  private static Map.Entry<String, String> shape(String type, String members) {
    return Map.entry(type, members);
  }

  String type() {
    return dice.chance(35) ? "Observation" : dice.pick(TYPES);
  }

  /** A resource of a type, mutated once or twice now and then; without an id when that is empty. */
  ObjectNode resource(String type, String id) {
    String shape =
        SHAPES.getOrDefault(type, "'subject':{'reference':'@Patient'},'status':'active'");
    ObjectNode resource = read("{'resourceType':'" + type + "'," + filled(shape) + "}");
    if (!id.isEmpty()) {
      resource.put("id", dice.chance(4) ? words.id(type) : id);
    }
    for (int left = Math.max(0, dice.below(4) - 1); left > 0; left--) {
      mutate(resource);
    }
    return resource;
  }

  private String filled(String shape) {
    Matcher hole = HOLE.matcher(shape);
    StringBuilder result = new StringBuilder();
    while (hole.find()) {
      hole.appendReplacement(result, Matcher.quoteReplacement(words.reference(hole.group(1))));
    }
    return hole.appendTail(result).toString().replace("~", words.guess());
  }

  private void mutate(ObjectNode resource) {
    switch (dice.below(11)) {
      case 10 -> oddNumber(resource);
      case 0 ->
          resource
              .withArray("extension")
              .addObject()
              .put("url", "http://example.org/m")
              .putObject("valueReference")
              .put("reference", words.reference("Patient"));
      case 1 ->
          resource
              .withArray("contained")
              .addObject()
              .put("resourceType", "Patient")
              .put("id", "inner")
              .putArray("name")
              .addObject()
              .put("family", words.guess());
      case 2 ->
          resource
              .putObject("meta")
              .putArray("tag")
              .addObject()
              .put("system", "http://terminology.hl7.org/CodeSystem/v3-ObservationValue")
              .put("code", "SUBSETTED");
      case 3 -> {
        List<String> names = new ArrayList<>();
        resource.fieldNames().forEachRemaining(names::add);
        resource.remove(dice.pick(names));
      }
      case 4 -> resource.put(dice.pick("status", "gender", "nonsense", "id"), words.guess());
      case 5 ->
          resource
              .putObject("subject")
              .put("type", "Patient")
              .putObject("identifier")
              .put("system", "urn:example:mrn")
              .put("value", words.guess());
      case 6 ->
          resource
              .putObject("meta")
              .put("versionId", "2")
              .putArray("profile")
              .add(dice.pick("http://example.org/p", "{base}/StructureDefinition/hidden-x"));
      case 7 -> resource.putArray("implicitRules").add("x");
      case 8 ->
          resource
              .putObject("text")
              .put("status", "generated")
              .put("div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">x<script>y</script></div>");
      default ->
          resource
              .withArray("extension")
              .addObject()
              .put("url", "http://example.org/u")
              .put(dice.pick("valueUri", "valueCanonical"), words.reference("Patient"));
    }
  }

  /** Where a type has one, or in an extension, or as text where a number or a date belongs. */
  private void oddNumber(ObjectNode resource) {
    switch (dice.below(4)) {
      case 0 -> resource.putObject("valueQuantity").put("value", words.oddDecimal());
      case 1 ->
          resource
              .withArray("extension")
              .addObject()
              .put("url", "http://example.org/n")
              .put(dice.pick("valueDecimal", "valueInteger"), words.oddDecimal());
      case 2 -> resource.put(dice.pick("multipleBirthInteger", "count"), words.oddDecimal());
      default ->
          resource.put(
              dice.pick("birthDate", "effectiveDateTime", "valueQuantity"), words.oddNumber());
    }
  }

  /** JSON Patch, RFC 6902. */
  String jsonPatch() {
    ArrayNode patch = JSON.createArrayNode();
    for (int left = 1 + dice.below(3); left > 0; left--) {
      ObjectNode change = patch.addObject();
      String operation = dice.pick("test", "test", "replace", "add", "remove", "copy", "move");
      change.put("op", operation).put("path", pointer());
      switch (operation) {
        case "copy", "move" -> change.put("from", pointer());
        case "remove" -> {}
        default -> change.set("value", value());
      }
    }
    return patch.toString();
  }

  private String pointer() {
    return dice.pick(
        "/status",
        "/subject/reference",
        "/subject",
        "/name/0/family",
        "/id",
        "/meta/versionId",
        "/extension",
        "/code/text",
        "/encounter",
        "/note/0/text",
        "/gender",
        "/nonsense",
        "/resourceType",
        "/performer/0/reference",
        "/valueQuantity/value",
        "/valueQuantity",
        "");
  }

  private JsonNode value() {
    return switch (dice.below(5)) {
      case 4 -> JSON.getNodeFactory().numberNode(words.oddDecimal());
      case 0 -> JSON.createObjectNode().put("reference", words.reference("Patient"));
      case 1 -> JSON.getNodeFactory().textNode(words.reference("Patient"));
      default -> JSON.getNodeFactory().textNode(words.guess());
    };
  }

  /** FHIRPath Patch. */
  String fhirPathPatch(String type) {
    ObjectNode patch = JSON.createObjectNode().put("resourceType", "Parameters");
    ArrayNode parts =
        patch.putArray("parameter").addObject().put("name", "operation").putArray("part");
    String operation = dice.pick("replace", "add", "delete", "insert", "move");
    parts.addObject().put("name", "type").put("valueCode", operation);
    parts
        .addObject()
        .put("name", "path")
        .put(
            "valueString",
            dice.pick(
                type,
                type + ".status",
                type + ".subject",
                type + ".where(subject.exists())",
                type + ".name.first().family",
                type + ".subject.resolve().name"));
    parts.addObject().put("name", "name").put("valueString", dice.pick("subject", "status"));
    ObjectNode value = parts.addObject().put("name", "value");
    if (dice.chance(50)) {
      value.putObject("valueReference").put("reference", words.reference("Patient"));
    } else {
      value.put("valueCode", words.guess());
    }
    return patch.toString();
  }

  /** XML Patch, RFC 5261. */
  String xmlPatch(String type) {
    String at =
        "f:"
            + type
            + "/f:"
            + dice.pick(
                "status/@value",
                "gender/@value",
                "subject/f:reference/@value",
                "name/f:family/@value");
    return "<?xml version=\"1.0\"?><diff xmlns:f=\"http://hl7.org/fhir\"><replace sel=\""
        + at
        + "\">"
        + dice.pick(words.guess(), words.record("Patient"))
        + "</replace></diff>";
  }

  static ObjectNode read(String json) {
    try {
      return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a shape of the grammar is no JSON: " + json, e);
    }
  }
}
