package org.fhiranchor.consent.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Consents out of FHIR Shorthand, as far as IHE's examples use it: {@code Instance:} and
 * {@code * path = value}. Rules about slices and value sets are of profiles, not of instances.
 */
final class FshInstances {
  private static final Pattern START = Pattern.compile("Instance:\\s*(\\S+)");
  private static final Pattern RULE = Pattern.compile("\\*\\s+(\\S+)\\s*=\\s*(.+)");
  private static final Pattern STEP = Pattern.compile("([a-zA-Z]+)((?:\\[[^\\]]*\\])*)");
  private static final Pattern REFERENCE = Pattern.compile("Reference\\(([^)]+)\\)");
  private static final Pattern CODE = Pattern.compile("([^#\"\\s]*)#(\\S+)(?:\\s+\"(.*)\")?");
  private static final Set<String> LISTS =
      Set.of(
          "category",
          "performer",
          "organization",
          "policy",
          "actor",
          "action",
          "securityLabel",
          "purpose",
          "class",
          "code",
          "data",
          "security");
  private static final Set<String> CONCEPTS = Set.of("scope", "category", "role", "action", "code");
  private static final Set<String> WORDS = Set.of("status", "type", "meaning");

  private FshInstances() {}

  static Map<String, ObjectNode> consents(String text) {
    Map<String, ObjectNode> all = new HashMap<>();
    ObjectNode at = JsonNodeFactory.instance.objectNode();
    boolean inText = false;
    for (String line : text.lines().toList()) {
      boolean quotes = line.split("\"\"\"", -1).length % 2 == 0;
      Matcher start = START.matcher(line);
      if (!inText && start.lookingAt()) {
        at = JsonNodeFactory.instance.objectNode().put("resourceType", "Consent");
        at.put("id", start.group(1));
        all.put(start.group(1), at);
      } else if (!inText && (line.startsWith("Profile:") || line.startsWith("ValueSet:"))) {
        at = JsonNodeFactory.instance.objectNode();
      }
      Matcher rule = RULE.matcher(line);
      if (!inText && rule.matches() && at.has("id")) {
        put(at, rule.group(1), rule.group(2).strip());
      }
      inText ^= quotes;
    }
    return all;
  }

  private static void put(ObjectNode root, String path, String value) {
    ObjectNode at = root;
    String[] steps = path.split("\\.", -1);
    for (int i = 0; i < steps.length; i++) {
      Matcher step = STEP.matcher(steps[i]);
      if (!step.matches()) {
        return;
      }
      String name = step.group(1);
      boolean list = LISTS.contains(name) || (name.equals("provision") && i > 0);
      boolean last = i == steps.length - 1;
      if (last) {
        set(at, name, list, value(name, value));
      } else {
        at = list ? element(at.withArray(name), step.group(2)) : at.withObject("/" + name);
      }
    }
  }

  private static void set(ObjectNode at, String name, boolean list, JsonNode value) {
    if (list) {
      at.withArray(name).add(value);
    } else {
      at.set(name, value);
    }
  }

  /** {@code [+]} is the next one; without an index, and with {@code [=]}, it is the last. */
  private static ObjectNode element(ArrayNode list, String index) {
    return list.isEmpty() || index.contains("[+]")
        ? list.addObject()
        : (ObjectNode) list.get(list.size() - 1);
  }

  private static JsonNode value(String name, String text) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    Matcher reference = REFERENCE.matcher(text);
    if (reference.lookingAt()) {
      return json.objectNode().put("reference", reference.group(1));
    }
    Matcher code = CODE.matcher(text);
    if (code.matches() && WORDS.contains(name)) {
      return json.textNode(code.group(2));
    }
    if (code.matches()) {
      ObjectNode coding = json.objectNode().put("system", code.group(1)).put("code", code.group(2));
      ObjectNode concept = json.objectNode();
      concept.putArray("coding").add(coding);
      return CONCEPTS.contains(name) ? concept : coding;
    }
    return json.textNode(text.replaceAll("^\"|\"$", ""));
  }
}
