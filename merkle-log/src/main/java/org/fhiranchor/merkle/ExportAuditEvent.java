package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A disclosure or refusal as a FHIR AuditEvent, as the server's {@code AuditEvent} search answers
 * it.
 */
final class ExportAuditEvent {
  private static final String EXTENSIONS = "https://fhiranchor.org/fhir/StructureDefinition/";
  private static final String TERMS = "http://terminology.hl7.org/CodeSystem/";
  private static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
  private static final String PARTICIPATION = TERMS + "v3-ParticipationType";
  private static final String SERVER = "this server";
  private static final int ID_DIGITS = 32;

  private static final Set<String> CODES =
      Set.of(
          "read",
          "vread",
          "update",
          "patch",
          "delete",
          "history-instance",
          "history-type",
          "history-system",
          "create",
          "search-type",
          "search-system",
          "transaction",
          "batch");

  private final ExportedLeaf leaf;
  private final Statement.Disclosure disclosure;

  private ExportAuditEvent(ExportedLeaf leaf, Statement.Disclosure disclosure) {
    this.leaf = leaf;
    this.disclosure = disclosure;
  }

  static String line(ExportedLeaf leaf, Statement.Disclosure disclosure) {
    return new ExportAuditEvent(leaf, disclosure).event().text();
  }

  private JsonObject event() {
    String recorded = InstantText.format(disclosure.recorded());
    boolean refused = leaf.kind().filter(ExportKind.REFUSALS::equals).isPresent();
    return new JsonObject()
        .with("resourceType", "AuditEvent")
        .with("id", "disclosure-" + disclosure.record().hex().substring(0, ID_DIGITS))
        .with("meta", new JsonObject().with("versionId", "1").with("lastUpdated", recorded))
        .with(
            "extension",
            List.of(
                decimal("disclosure-number", disclosure.sequence()),
                decimal("leaf-index", leaf.index().value())))
        .with(
            "type", coding(TERMS + "audit-event-type", "rest").with("display", "RESTful Operation"))
        .with("subtype", subtypes())
        .with("action", action())
        .with("recorded", recorded)
        .with("outcome", refused ? "4" : "0")
        .with("outcomeDesc", leaf.text("reason").or(() -> leaf.text("rule")))
        .with("purposeOfEvent", purposes())
        .with("agent", agents())
        .with("source", source())
        .with("entity", entities());
  }

  private static JsonObject decimal(String name, long value) {
    return new JsonObject().with("url", EXTENSIONS + name).with("valueDecimal", value);
  }

  private static JsonObject coding(String system, String code) {
    return new JsonObject().with("system", system).with("code", code);
  }

  /** FHIR's word for the interaction; entries of batches have none. */
  private Optional<String> code() {
    return leaf.text("interaction")
        .map(text -> text.split(" ", 2)[0])
        .map(verb -> verb.startsWith("$") ? "operation" : verb)
        .filter(code -> code.equals("operation") || CODES.contains(code));
  }

  private List<JsonObject> subtypes() {
    List<JsonObject> subtypes = new ArrayList<>();
    code().ifPresent(code -> subtypes.add(coding("http://hl7.org/fhir/restful-interaction", code)));
    leaf.text("interaction")
        .ifPresent(text -> subtypes.add(new JsonObject().with("display", text)));
    leaf.text("rule")
        .filter("BREAK_GLASS"::equals)
        .ifPresent(
            rule ->
                subtypes.add(
                    coding(DICOM, "110127").with("display", "Emergency Override Started")));
    return subtypes;
  }

  private String action() {
    return switch (code().orElse("")) {
      case "create" -> "C";
      case "update", "patch" -> "U";
      case "delete" -> "D";
      case "read", "vread", "history-instance", "history-type", "history-system" -> "R";
      default -> "E";
    };
  }

  private List<JsonObject> purposes() {
    List<JsonObject> purposes = new ArrayList<>();
    leaf.purposes()
        .forEach(
            one -> purposes.add(new JsonObject().with("coding", List.of(ExportFhir.coding(one)))));
    leaf.text("breakGlassReason")
        .ifPresent(text -> purposes.add(new JsonObject().with("text", "broke the glass: " + text)));
    return purposes;
  }

  private List<JsonObject> agents() {
    List<JsonObject> agents = new ArrayList<>();
    JsonObject person = agent(PARTICIPATION, "IRCP");
    leaf.requester("person").ifPresent(who -> person.with("who", ExportFhir.reference(who)));
    leaf.requester("subject").ifPresent(name -> person.with("altId", name).with("name", name));
    agents.add(person.with("requestor", true));
    leaf.requester("application")
        .ifPresent(
            id -> agents.add(other(agent(DICOM, "110152").with("altId", id).with("name", id))));
    leaf.requester("organization")
        .ifPresent(
            id ->
                agents.add(
                    other(agent(PARTICIPATION, "CST").with("who", ExportFhir.reference(id)))));
    agents.add(other(agent(DICOM, "110153").with("name", SERVER)));
    return agents;
  }

  private static JsonObject other(JsonObject agent) {
    return agent.with("requestor", false);
  }

  private static JsonObject agent(String system, String code) {
    return new JsonObject()
        .with("type", new JsonObject().with("coding", List.of(coding(system, code))));
  }

  private static JsonObject source() {
    return new JsonObject()
        .with("observer", new JsonObject().with("display", SERVER))
        .with(
            "type",
            List.of(
                coding(TERMS + "security-source-type", "4").with("display", "Application Server")));
  }

  private List<JsonObject> entities() {
    List<JsonObject> entities = new ArrayList<>();
    leaf.text("patient").ifPresent(id -> entities.add(entity(id, "1", "1")));
    leaf.texts("resources").forEach(id -> entities.add(entity(id, "2", "4")));
    leaf.texts("consents").forEach(id -> entities.add(entity(id, "2", "13")));
    leaf.text("query")
        .ifPresent(
            query ->
                entities.add(
                    typed("2", "24")
                        .with("query", Base64.getEncoder().encodeToString(query.getBytes(UTF_8)))));
    List<JsonObject> details =
        leaf.texts("categories").stream()
            .map(one -> new JsonObject().with("type", "category").with("valueString", one))
            .toList();
    if (!details.isEmpty()) {
      if (entities.isEmpty()) {
        entities.add(new JsonObject());
      }
      entities.get(0).with("detail", details);
    }
    return entities;
  }

  private static JsonObject entity(String reference, String type, String role) {
    return new JsonObject()
        .with("what", ExportFhir.reference(reference))
        .with("type", coding(TERMS + "audit-entity-type", type))
        .with("role", coding(TERMS + "object-role", role));
  }

  private static JsonObject typed(String type, String role) {
    return new JsonObject()
        .with("type", coding(TERMS + "audit-entity-type", type))
        .with("role", coding(TERMS + "object-role", role));
  }
}
