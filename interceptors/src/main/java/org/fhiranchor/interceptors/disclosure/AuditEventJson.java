package org.fhiranchor.interceptors.disclosure;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.merkle.JsonObject;
import org.fhiranchor.merkle.JsonValue;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;

/**
 * A row of an accounting as an AuditEvent in JSON: byte for byte what HAPI writes of {@link
 * AuditEventText}, for thousands of them in one answer, without its model in between.
 */
final class AuditEventJson {
  private static final String CODE = "code";
  private static final String SYSTEM = "system";
  private static final String DISPLAY = "display";

  private final Map<String, JsonValue> record;

  private AuditEventJson(Map<String, JsonValue> record) {
    this.record = record;
  }

  /** Of several disclosures the newest, with the first, the last, and how many there were. */
  static String of(AccountingRow row) {
    return new AuditEventJson(row.newest().members()).event(row).text();
  }

  private JsonObject event(AccountingRow row) {
    Accounting.Line line = row.newest();
    boolean refused = text("outcome").filter("refused"::equals).isPresent();
    JsonObject event =
        new JsonObject()
            .with("resourceType", "AuditEvent")
            .with("extension", extensions(row))
            .with("type", coding(AuditEventText.TYPES, "rest").with(DISPLAY, "RESTful Operation"))
            .with("subtype", subtypes())
            .with("action", action().toCode());
    if (row.lines().size() > 1) {
      event.with(
          "period",
          new JsonObject().with("start", time(row.first())).with("end", time(row.last())));
    }
    return event
        .with("recorded", DisclosureRecords.instant(line.recorded()))
        .with("outcome", refused ? "4" : "0")
        .with("outcomeDesc", AuditEventText.why(record).filter(said -> !said.isBlank()))
        .with("purposeOfEvent", purposes())
        .with("agent", agents())
        .with("source", source())
        .with("entity", entities());
  }

  /** To the second, in the zone of this server, as HAPI has it. */
  @SuppressWarnings("JavaUtilDate")
  private static String time(Instant at) {
    return new DateTimeType(Date.from(at)).getValueAsString();
  }

  private static List<JsonObject> extensions(AccountingRow row) {
    List<JsonObject> extensions = new ArrayList<>();
    Accounting.Line line = row.newest();
    line.number().ifPresent(n -> extensions.add(decimal(AuditEventText.NUMBER, n)));
    line.leaf()
        .ifPresent(leaf -> extensions.add(decimal(AuditEventText.LEAF, leaf.index().value())));
    if (row.lines().size() > 1) {
      extensions.add(decimal(AuditEventText.TIMES, row.lines().size()));
    }
    return extensions;
  }

  private static JsonObject decimal(String url, long value) {
    return new JsonObject().with("url", url).with("valueDecimal", value);
  }

  private Optional<String> text(String name) {
    return AuditEventText.text(record, name).filter(said -> !said.isBlank());
  }

  private static JsonObject coding(String system, String code) {
    return new JsonObject().with(SYSTEM, system).with(CODE, code);
  }

  private Optional<String> code() {
    return text("interaction").flatMap(AuditEventText::code);
  }

  private AuditEventAction action() {
    return AuditEventText.action(code().orElse(""));
  }

  private List<JsonObject> subtypes() {
    List<JsonObject> subtypes = new ArrayList<>();
    code().ifPresent(code -> subtypes.add(coding(AuditEventText.INTERACTIONS, code)));
    text("interaction").ifPresent(said -> subtypes.add(new JsonObject().with(DISPLAY, said)));
    text("rule")
        .filter("BREAK_GLASS"::equals)
        .ifPresent(
            rule ->
                subtypes.add(
                    coding(AuditEventText.DICOM, AuditEventText.EMERGENCY)
                        .with(DISPLAY, "Emergency Override Started")));
    return subtypes;
  }

  private List<JsonObject> purposes() {
    List<JsonObject> purposes = new ArrayList<>();
    AuditEventText.texts(record, "purposes")
        .forEach(
            one ->
                purposes.add(
                    new JsonObject().with("coding", List.of(coding(AuditEventText.coding(one))))));
    text("breakGlassReason")
        .ifPresent(why -> purposes.add(new JsonObject().with("text", "broke the glass: " + why)));
    return purposes;
  }

  private static JsonObject coding(Coding coding) {
    return new JsonObject()
        .with(SYSTEM, Optional.ofNullable(coding.getSystem()))
        .with(CODE, Optional.ofNullable(coding.getCode()));
  }

  private List<JsonObject> agents() {
    Map<String, JsonValue> requester = AuditEventText.requester(record);
    List<JsonObject> agents = new ArrayList<>();
    JsonObject person = agent(AuditEventText.AGENT_TYPES, "IRCP");
    known(requester, "person").ifPresent(who -> person.with("who", reference(who)));
    known(requester, "subject").ifPresent(name -> person.with("altId", name).with("name", name));
    agents.add(person.with("requestor", true));
    known(requester, "application")
        .map(id -> agent(AuditEventText.DICOM, "110152").with("altId", id).with("name", id))
        .ifPresent(one -> agents.add(one.with("requestor", false)));
    known(requester, "organization")
        .map(id -> agent(AuditEventText.AGENT_TYPES, "CST").with("who", reference(id)))
        .ifPresent(one -> agents.add(one.with("requestor", false)));
    agents.add(
        agent(AuditEventText.DICOM, "110153")
            .with("name", AuditEventText.SERVER)
            .with("requestor", false));
    return agents;
  }

  private static Optional<String> known(Map<String, JsonValue> requester, String name) {
    return AuditEventText.text(requester, name).filter(said -> !said.isBlank());
  }

  private static JsonObject agent(String system, String code) {
    return new JsonObject()
        .with("type", new JsonObject().with("coding", List.of(coding(system, code))));
  }

  private static JsonObject reference(String name) {
    return new JsonObject().with("reference", name);
  }

  private static JsonObject source() {
    return new JsonObject()
        .with("observer", new JsonObject().with(DISPLAY, AuditEventText.SERVER))
        .with(
            "type",
            List.of(coding(AuditEventText.SOURCES, "4").with(DISPLAY, "Application Server")));
  }

  private List<JsonObject> entities() {
    List<JsonObject> entities = new ArrayList<>();
    text("patient").ifPresent(id -> entities.add(entity(id, "1", "1")));
    AuditEventText.texts(record, "resources").forEach(id -> entities.add(entity(id, "2", "4")));
    AuditEventText.texts(record, "consents").forEach(id -> entities.add(entity(id, "2", "13")));
    text("query")
        .ifPresent(
            query ->
                entities.add(
                    entity(new JsonObject(), "2", "24")
                        .with(
                            "query",
                            Base64.getEncoder()
                                .encodeToString(query.getBytes(StandardCharsets.UTF_8)))));
    List<JsonObject> details =
        AuditEventText.texts(record, "categories").stream()
            .map(one -> new JsonObject().with("type", "category").with("valueString", one))
            .toList();
    if (!details.isEmpty() && entities.isEmpty()) {
      entities.add(new JsonObject());
    }
    if (!details.isEmpty()) {
      entities.get(0).with("detail", details);
    }
    return entities;
  }

  private static JsonObject entity(String name, String type, String role) {
    return entity(new JsonObject().with("what", reference(name)), type, role);
  }

  private static JsonObject entity(JsonObject entity, String type, String role) {
    return entity
        .with("type", coding(AuditEventText.OBJECT_TYPES, type))
        .with("role", coding(AuditEventText.OBJECT_ROLES, role));
  }
}
