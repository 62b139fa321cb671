package org.fhiranchor.interceptors.disclosure;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.merkle.JsonValue;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/** A line of an accounting as an AuditEvent. */
public final class AuditEventText {
  /** Extension with the number in the patient's chain. */
  public static final String NUMBER =
      "https://fhiranchor.org/fhir/StructureDefinition/disclosure-number";

  /** Extension with the index of the leaf. */
  public static final String LEAF = "https://fhiranchor.org/fhir/StructureDefinition/leaf-index";

  private static final String TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type";
  private static final String OBJECT_TYPES =
      "http://terminology.hl7.org/CodeSystem/audit-entity-type";
  private static final String OBJECT_ROLES = "http://terminology.hl7.org/CodeSystem/object-role";
  private static final String AGENT_TYPES =
      "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

  private AuditEventText() {}

  /** Extension with how many disclosures to one recipient on one day the event stands for. */
  public static final String TIMES =
      "https://fhiranchor.org/fhir/StructureDefinition/disclosure-count";

  /** The newest event of a row; of several, with the first, the last, and how many there were. */
  public static AuditEvent of(AccountingRow row) {
    AuditEvent event = of(row.newest());
    if (row.lines().size() > 1) {
      event.setPeriod(new Period().setStart(Date.from(row.first())).setEnd(Date.from(row.last())));
      event.addExtension(TIMES, new DecimalType(row.lines().size()));
    }
    return event;
  }

  /** The event; a record that was removed says only when it was. */
  public static AuditEvent of(Accounting.Line line) {
    Map<String, JsonValue> record = line.members();
    AuditEvent event = new AuditEvent();
    event.setType(new Coding(TYPES, "rest", "RESTful Operation"));
    text(record, "interaction").ifPresent(text -> event.addSubtype(new Coding().setDisplay(text)));
    event.setAction(AuditEventAction.E);
    Instant recorded = Instant.ofEpochMilli(line.recordedMillis());
    event.setRecordedElement(new InstantType(DisclosureRecords.instant(recorded)));
    boolean refused = text(record, "outcome").filter("refused"::equals).isPresent();
    event.setOutcome(refused ? AuditEventOutcome._4 : AuditEventOutcome._0);
    why(record).ifPresent(event::setOutcomeDesc);
    texts(record, "purposes").forEach(one -> event.addPurposeOfEvent().addCoding(coding(one)));
    text(record, "breakGlassReason")
        .ifPresent(text -> event.addPurposeOfEvent().setText("broke the glass: " + text));
    agents(event, record);
    event.getSource().setObserver(new Reference().setDisplay("this server"));
    entities(event, record);
    line.number().ifPresent(n -> event.addExtension(NUMBER, new DecimalType(n)));
    line.leaf().ifPresent(leaf -> event.addExtension(LEAF, new DecimalType(leaf.index().value())));
    return event;
  }

  private static Coding coding(String systemAndCode) {
    String[] parts = systemAndCode.split("\\|", 2);
    return new Coding().setSystem(parts[0]).setCode(parts.length > 1 ? parts[1] : "");
  }

  private static void agents(AuditEvent event, Map<String, JsonValue> record) {
    Map<String, JsonValue> requester = requester(record);
    AuditEventAgentComponent person = event.addAgent().setRequestor(true);
    text(requester, "person").ifPresent(who -> person.setWho(new Reference(who)));
    text(requester, "subject").ifPresent(person::setAltId);
    text(requester, "application").ifPresent(id -> agent(event, "DEV").setAltId(id));
    text(requester, "organization").ifPresent(id -> agent(event, "CST").setWho(new Reference(id)));
  }

  private static AuditEventAgentComponent agent(AuditEvent event, String type) {
    AuditEventAgentComponent agent = event.addAgent().setRequestor(false);
    agent.getType().addCoding(new Coding().setSystem(AGENT_TYPES).setCode(type));
    return agent;
  }

  private static void entities(AuditEvent event, Map<String, JsonValue> record) {
    text(record, "patient").ifPresent(id -> entity(event, id, "1", "1"));
    texts(record, "resources").forEach(id -> entity(event, id, "2", "4"));
    texts(record, "consents").forEach(id -> entity(event, id, "2", "13"));
    text(record, "query")
        .ifPresent(
            query -> {
              AuditEventEntityComponent entity = event.addEntity();
              entity.setType(new Coding().setSystem(OBJECT_TYPES).setCode("2"));
              entity.setRole(new Coding().setSystem(OBJECT_ROLES).setCode("24"));
              entity.setQuery(Base64.getEncoder().encode(query.getBytes(StandardCharsets.UTF_8)));
            });
    texts(record, "categories")
        .forEach(
            category ->
                event
                    .getEntityFirstRep()
                    .addDetail()
                    .setType("category")
                    .setValue(new StringType(category)));
  }

  private static void entity(AuditEvent event, String reference, String type, String role) {
    AuditEventEntityComponent entity = event.addEntity();
    entity.setWhat(new Reference(reference));
    entity.setType(new Coding().setSystem(OBJECT_TYPES).setCode(type));
    entity.setRole(new Coding().setSystem(OBJECT_ROLES).setCode(role));
  }

  /** The facts about who asked. */
  public static Map<String, JsonValue> requester(Map<String, JsonValue> record) {
    return record.get("requester") instanceof JsonValue.Obj who ? who.members() : Map.of();
  }

  /** Why it was refused, or the rule that permitted it. */
  public static Optional<String> why(Map<String, JsonValue> record) {
    return text(record, "reason").or(() -> text(record, "rule"));
  }

  /** The text under a name; empty where there is none. */
  public static Optional<String> text(Map<String, JsonValue> record, String name) {
    return Optional.ofNullable(record.get(name))
        .filter(JsonValue.Str.class::isInstance)
        .map(value -> ((JsonValue.Str) value).text());
  }

  /** The texts under a name. */
  public static List<String> texts(Map<String, JsonValue> record, String name) {
    return record.get(name) instanceof JsonValue.Arr array
        ? array.elements().stream()
            .filter(JsonValue.Str.class::isInstance)
            .map(value -> ((JsonValue.Str) value).text())
            .toList()
        : List.of();
  }
}
